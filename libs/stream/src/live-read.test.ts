import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { aRecord } from '@telltale/testkit/records';
import { createTestRedis, type TestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectBlockingReader, connectWriter, disconnect, type StreamConnection } from './connect.ts';
import { keys } from './keys.ts';
import { createLiveAppender, type LiveAppender } from './live-append.ts';
import { createLiveChannel, type LiveChannel } from './live-read.ts';

let server: TestRedis;
let redis: StreamConnection;
let channel: LiveChannel;
let appender: LiveAppender;
let stack: AsyncDisposableStack;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  server = stack.use(await createTestRedis());
  redis = stack.adopt(await connectWriter({ url: server.url, name: 'test' }), disconnect);
  appender = createLiveAppender(redis);
  channel = createLiveChannel({
    redis,
    connectReader: (name) => connectBlockingReader({ url: server.url, name }),
    clock: systemClock,
    log: createLog({ service: 'test', level: 'silent' }),
  });
});
afterEach(() => stack.disposeAsync());

const append = (team: string, batch: string): Promise<void> =>
  appender.appendBatches([
    { teamId: team, batch, deltas: () => [{ records: [aRecord('log_entry', { message: batch })] }] },
  ]);
const shard = (): number => channel.shardOf('a');
const readAll = async (after = '0-0'): Promise<string[]> =>
  (await channel.read(shard(), { after, count: 100 })).entries.map(({ batch }) => batch);

it('carries a team from the moment it is watched, and nothing before', async () => {
  await append('a', 'p:1');
  const watched = await channel.watch('a');
  expect(watched).toMatchObject({ last: '0-0', kept: '0-0' });
  await append('a', 'p:2');
  expect(await readAll()).toEqual(['p:2']);
});

it('stays in one epoch while it is watched, and is in another after a wipe or when viewers stayed away', async () => {
  const { epoch } = await channel.watch('a');
  expect((await channel.watch('a')).epoch).toBe(epoch);
  await redis.del(keys.viewers('a'));
  const later = await channel.watch('a');
  expect(later.epoch).not.toBe(epoch);
  await redis.flushdb();
  expect((await channel.watch('a')).epoch).not.toBe(later.epoch);
  expect(await redis.ttl(keys.viewers('a'))).toBeGreaterThan(600);
});

it('says from which entry on a trimmed shard is complete', async () => {
  await channel.watch('a');
  for (const batch of ['p:1', 'p:2', 'p:3']) await append('a', batch);
  expect((await channel.watch('a')).kept).toBe('0-0');
  const { entries } = await channel.read(shard(), { after: '0-0', count: 10 });
  await redis.xtrim(keys.live(shard()), 'MAXLEN', 2);
  expect(await channel.watch('a')).toMatchObject({ kept: entries[1]?.id, last: entries[2]?.id });
  expect((await channel.read(shard(), { after: '0-0', count: 10 })).kept).toBe(entries[1]?.id);
  await redis.xtrim(keys.live(shard()), 'MAXLEN', 0);
  expect(await channel.watch('a')).toMatchObject({ kept: entries[2]?.id, last: entries[2]?.id });
});

it('hands over each entry as it comes, once and in order', async () => {
  const { last } = await channel.watch('a');
  const heard: string[] = [];
  await using _ = channel.follow(shard(), {
    after: last,
    onEntries: (entries) => heard.push(...entries.map(({ batch }) => batch)),
    onGap: () => heard.push('gap'),
  });
  for (let n = 0; n < 250; n += 1) await append('a', `p:${n}`);
  await until(() => heard.length === 250);
  expect(heard).toEqual(Array.from({ length: 250 }, (_, n) => `p:${n}`));
});

it('says so when entries were trimmed before they were read', async () => {
  const { last } = await channel.watch('a');
  await append('a', 'p:first');
  for (let n = 0; n < 150; n += 1) await append('a', `p:${n}`);
  await redis.xtrim(keys.live(shard()), 'MAXLEN', 120);
  const heard: string[] = [];
  await using _ = channel.follow(shard(), {
    after: last,
    onEntries: (entries) => heard.push(...entries.map(({ batch }) => batch)),
    onGap: () => heard.push('gap'),
  });
  await until(() => heard.at(-1) === 'p:149');
  expect(heard).toEqual(['gap', ...Array.from({ length: 120 }, (_, n) => `p:${n + 30}`)]);
});
