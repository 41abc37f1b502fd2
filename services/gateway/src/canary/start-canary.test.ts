import type { StreamBatch } from '@telltale/contracts/batch';
import { systemTeam } from '@telltale/contracts/system-team';
import { createLog } from '@telltale/runtime/log';
import type { LiveChannel } from '@telltale/stream/live-read';
import type { FollowOptions } from '@telltale/stream/live-follow';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { startCanary } from './start-canary.ts';

const log = createLog({ service: 'test', level: 'silent' });

/** A canary whose stream and live channel are two lists. */
function setUp() {
  const clock = createManualClock();
  const entries = new Map<string, StreamBatch>();
  let published = 0;
  let viewer: FollowOptions | undefined;
  const stream: LiveChannel = {
    shardOf: () => 0,
    watch: async () => ({ epoch: 'e', last: '0-0', kept: '0-0' }),
    read: async () => ({ entries: [], kept: '0-0' }),
    follow: (_, options) => {
      viewer = options;
      return { [Symbol.asyncDispose]: async () => undefined };
    },
  };
  const seen: number[] = [];
  const canary = startCanary({
    publisher: {
      async publish(batch) {
        published += 1;
        entries.set(`${published}-0`, batch);
        return { shard: 0, entryId: `${published}-0` };
      },
      exists: async ({ entryId }) => entries.has(entryId),
    },
    stream,
    onSeen: (ms) => seen.push(ms),
    clock,
    log,
  });
  return {
    canary,
    entries,
    seen,
    published: () => published,
    /** A second passes, and the canary has done what it does in it. */
    async second() {
      await until(() => clock.sleepers() >= 2);
      clock.advance(1_000);
    },
    /** What a collector does with everything in the stream. */
    store(show = true) {
      for (const [id, { producer_id, seq }] of entries) {
        entries.delete(id);
        const batch = `${producer_id}:${seq}`;
        if (show) viewer?.onEntries([{ id, team: systemTeam, batch, delta: () => ({}) as never }]);
      }
    },
    [Symbol.asyncDispose]: () => canary[Symbol.asyncDispose](),
  };
}

test('canaries that were lost with the data of Redis are sent again, and no longer counted as out once they are seen', async () => {
  await using t = setUp();
  for (let turn = 0; turn < 3; turn += 1) await t.second();
  await until(() => t.published() >= 3);
  t.entries.clear();
  for (let turn = 0; turn < 7; turn += 1) await t.second();
  await until(() => [...t.entries.values()].some(({ seq }) => seq === 1));
  await until(() => [...t.entries.values()].some(({ seq }) => seq === 3));
  t.store();
  expect(t.seen.length).toBeGreaterThanOrEqual(9);
  expect(t.canary.lags()?.p99_ms).toBeLessThan(15_000);
  // Nothing is out any more that would grow old.
  for (let turn = 0; turn < 60; turn += 1) {
    await t.second();
    t.store();
  }
  expect(t.canary.lags()?.p99_ms).toBeLessThan(15_000);
});

test('one that was stored but never shown here is given up after its second chance', async () => {
  await using t = setUp();
  await until(() => t.published() >= 1);
  t.store(false);
  for (let turn = 0; turn < 8; turn += 1) await t.second();
  await until(() => [...t.entries.values()].some(({ seq }) => seq === 1));
  t.store(false);
  for (let turn = 0; turn < 60; turn += 1) {
    await t.second();
    t.store();
  }
  expect(t.canary.lags()?.p50_ms).toBeLessThan(2_000);
  expect(t.canary.lags()?.p99_ms).toBeLessThan(15_000);
});

test('while nobody stores, what is in the stream is not sent twice and grows old in sight', async () => {
  await using t = setUp();
  for (let turn = 0; turn < 20; turn += 1) await t.second();
  await until(() => t.published() >= 20);
  expect(new Set([...t.entries.values()].map(({ seq }) => seq)).size).toBe(t.entries.size);
  expect(t.canary.lags()?.p99_ms).toBeGreaterThan(15_000);
});
