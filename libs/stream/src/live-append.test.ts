import { aRecord } from '@telltale/testkit/records';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { expect, test } from 'vitest';
import { connectWriter, disconnect } from './connect.ts';
import { keys, liveShardOf } from './keys.ts';
import { createLiveAppender } from './live-append.ts';

const batchOf = (teamId: string, batch: string, messages: string[]) => ({
  teamId,
  batch,
  deltas: () => messages.map((message) => ({ records: [aRecord('log_entry', { message })] })),
});

test('only teams with viewers get deltas, once a batch, and totals every time', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const live = createLiveAppender(redis);
  const lengthOf = (team: string) => redis.xlen(keys.live(liveShardOf(team)));

  await live.appendBatches([batchOf('red', 'p:1', ['unseen'])]);
  expect(await lengthOf('red')).toBe(0);

  await redis.set(keys.viewers('red'), '1', 'PX', 60_000);
  await live.appendBatches([batchOf('red', 'p:1', ['a', 'b']), batchOf('blue', 'p:1', ['c'])]);
  await live.appendBatches([batchOf('red', 'p:1', ['a', 'b'])]);
  expect(await lengthOf('red')).toBe(2);
  expect(await redis.exists(keys.live(liveShardOf('blue')))).toBe(liveShardOf('blue') === liveShardOf('red') ? 1 : 0);
  const [first] = await redis.xrange(keys.live(liveShardOf('red')), '-', '+');
  expect(first?.[1].slice(0, 5)).toEqual(['t', 'red', 'b', 'p:1', 'd']);
  expect(JSON.parse(first?.[1][5] ?? '')).toMatchObject({ records: [{ message: 'a' }] });

  const totals = { totals: { agents: [], team: null } };
  await live.appendTotals('red', totals);
  await live.appendTotals('red', totals);
  await live.appendTotals('blue', totals);
  expect(await lengthOf('red')).toBe(4);
  disconnect(redis);
});

test('a live shard stays within its bytes however large the deltas are', async () => {
  await using server = await createTestRedis();
  const redis = await connectWriter({ url: server.url, name: 'test' });
  const live = createLiveAppender(redis);
  await redis.set(keys.viewers('red'), '1', 'PX', 60_000);
  const megabyte = 'x'.repeat(1024 * 1024);
  for (let seq = 1; seq <= 50; seq++) await live.appendBatches([batchOf('red', `p:${seq}`, [megabyte])]);
  const bytes = Number(await redis.call('MEMORY', 'USAGE', keys.live(liveShardOf('red'))));
  expect(bytes).toBeLessThan(40 * 1024 * 1024);
  const newest = await redis.xrevrange(keys.live(liveShardOf('red')), '+', '-', 'COUNT', 1);
  expect(newest[0]?.[1][3]).toBe('p:50');
  disconnect(redis);
});
