import type { LiveSnapshot } from '@telltale/contracts/live';
import { createLiveClient } from '@telltale/sdk/live-client';
import { aRecord } from '@telltale/testkit/records';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMemoryStore, openTo, startLiveRig, type LiveRig } from './live-rig.fixture.ts';

let redis: Awaited<ReturnType<typeof createTestRedis>>;
const store = createMemoryStore();
const access = new Map([['key-a', openTo('a')]]);
const startGateway = (port?: number): Promise<LiveRig> =>
  startLiveRig({
    redisUrl: redis.url,
    readSnapshot: store.readSnapshot,
    access,
    ...(port === undefined ? {} : { port }),
  });

beforeAll(async () => {
  redis = await createTestRedis();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
});

/** Writes a line as a collector does: into the store, then to the viewers. */
async function write(rig: LiveRig, agent_id: string, message: string): Promise<void> {
  const record = aRecord('log_entry', { agent_id, message });
  store.rows.push({ team: 'a', record });
  await rig.append('a', [record]);
}

function hear(url: string, agent_id: string) {
  const client = createLiveClient({
    url,
    apiKey: 'key-a',
    subscription: { agent_id },
    backoff: { minMs: 5, maxMs: 50 },
  });
  const lines: string[] = [];
  const snapshots: LiveSnapshot[] = [];
  client.on('log_entry', ({ items }) => lines.push(...items.map(({ message }) => message)));
  client.on('snapshot', (snapshot) => {
    snapshots.push(snapshot);
    lines.length = 0;
    if ('activity_logs' in snapshot) lines.push(...snapshot.activity_logs.map(({ message }) => message).toReversed());
  });
  return { client, lines, snapshots };
}

it('goes on where it was when its gateway is restarted: no line lost, none twice', async () => {
  const first = await startGateway();
  const { client, lines, snapshots } = hear(first.url, 'kept');
  using _ = client;
  await until(() => client.state() === 'live');
  await write(first, 'kept', '1');
  await until(() => lines.length === 1);
  const port = Number(new URL(first.url).port);
  await first[Symbol.asyncDispose]();
  await using meanwhile = await startGateway();
  await write(meanwhile, 'kept', '2');
  await using second = await startGateway(port);
  await until(() => lines.length === 2);
  await write(second, 'kept', '3');
  await until(() => lines.length === 3);
  expect(lines).toEqual(['1', '2', '3']);
  expect(snapshots).toHaveLength(1);
});

it('is one of many that lose their gateway and come back at once: each has every line once', async () => {
  const first = await startGateway();
  const crowd = Array.from({ length: 60 }, (_, viewer) => hear(first.url, `of-many-${viewer % 3}`));
  using stack = new DisposableStack();
  for (const { client } of crowd) stack.use(client);
  await until(() => crowd.every(({ client }) => client.state() === 'live'));
  const say = async (rig: LiveRig, message: string): Promise<void> => {
    for (const agent of [0, 1, 2]) await write(rig, `of-many-${agent}`, message);
  };
  await say(first, '1');
  await until(() => crowd.every(({ lines }) => lines.length === 1));
  const port = Number(new URL(first.url).port);
  await first[Symbol.asyncDispose]();
  await using second = await startGateway(port);
  // While they come back.
  await say(second, '2');
  await say(second, '3');
  await until(() => crowd.every(({ lines }) => lines.length >= 3));
  expect(crowd.filter(({ lines }) => lines.join() !== '1,2,3')).toEqual([]);
  expect(crowd.filter(({ snapshots }) => snapshots.length !== 1)).toEqual([]);
});

it('hears nothing while paused, and afterwards what it missed', async () => {
  await using rig = await startGateway();
  const { client, lines } = hear(rig.url, 'paused');
  using _ = client;
  await until(() => client.state() === 'live');
  await write(rig, 'paused', 'before');
  await until(() => lines.length === 1);
  client.pause();
  await until(() => rig.live.connections() === 0);
  await write(rig, 'paused', 'meanwhile');
  expect(lines).toEqual(['before']);
  client.resume();
  await until(() => lines.length === 2);
  expect(lines).toEqual(['before', 'meanwhile']);
});

it('takes a fresh snapshot when the stream lost what it missed', async () => {
  await using rig = await startGateway();
  const { client, lines, snapshots } = hear(rig.url, 'trimmed');
  using _ = client;
  await until(() => client.state() === 'live');
  await write(rig, 'trimmed', '1');
  await until(() => lines.length === 1);
  client.pause();
  await until(() => rig.live.connections() === 0);
  await write(rig, 'trimmed', '2');
  await write(rig, 'trimmed', '3');
  await rig.redis.xtrim(rig.shardKey('a'), 'MAXLEN', 1);
  client.resume();
  await until(() => snapshots.length === 2);
  expect(lines).toEqual(['1', '2', '3']);
});

it('stops asking when the key is refused, and says why', async () => {
  await using rig = await startGateway();
  using client = createLiveClient({ url: rig.url, apiKey: 'wrong', subscription: { agent_id: 'x' } });
  const states: unknown[] = [];
  client.on('state', (state, problem) => states.push([state, problem?.code]));
  await until(() => client.state() === 'refused');
  expect(states).toEqual([['refused', 'unauthenticated']]);
});

it('hears something else on request, from its snapshot on', async () => {
  await using rig = await startGateway();
  const { client, lines, snapshots } = hear(rig.url, 'first-choice');
  using _ = client;
  await until(() => client.state() === 'live');
  await write(rig, 'second-choice', 'known');
  client.change({ agent_id: 'second-choice' });
  await until(() => snapshots.length === 2);
  await write(rig, 'second-choice', 'new');
  await until(() => lines.length === 2);
  expect(lines).toEqual(['known', 'new']);
});
