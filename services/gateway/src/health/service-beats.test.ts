import { connectWriter, disconnect } from '@telltale/stream/connect';
import { createHeartbeat } from '@telltale/stream/heartbeat';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { expect, test } from 'vitest';
import { readServiceBeats } from './service-beats.ts';

const well = { partitions_refused: 0, retention: { over_size: false, waiting: 0, quarantined: 0 } };

test.each([
  ['nothing of a service that is well', well, null, /s ago$/],
  [
    'what a collector waits for',
    { state: 'waiting_for_space', reason: 'no room' },
    'waiting for space: no room',
    /ago$/,
  ],
  ['days without a partition', { ...well, partitions_refused: 2 }, '2 days have no partition', /ago$/],
  [
    'a store above its ceiling',
    { ...well, retention: { ...well.retention, over_size: true } },
    'TELLTALE_RETENTION_SIZE',
    /ago$/,
  ],
  [
    'rows of default partitions, which may be nobody’s fault',
    { ...well, retention: { over_size: false, waiting: 3, quarantined: 5 } },
    null,
    /3 rows wait for a partition of their day, 5 rows claim times outside/,
  ],
])('health tells %s', async (_what, details, trouble, said) => {
  await using testRedis = await createTestRedis();
  const redis = await connectWriter({ url: testRedis.url, name: 'test' });
  await createHeartbeat({ redis, service: 'aggregator', instanceId: 'one', now: Date.now }).beat(details);
  const [beat] = (await readServiceBeats(redis))['aggregator'] ?? [];
  expect(beat?.details).toMatch(said);
  expect(beat?.trouble ?? beat?.dayTrouble ?? null).toEqual(trouble === null ? null : expect.stringContaining(trouble));
  disconnect(redis);
});
