import { createLog } from '@telltale/runtime/log';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { readCollectorConfig } from '../config.ts';
import { batchOf, createRig, lines } from '../test-support/rig.ts';
import { defaultFloor } from './space-floor.ts';
import { watchSpace } from './watch-space.ts';

const log = createLog({ service: 'test', level: 'silent' });
const gib = 1024 ** 3;

test('a tenth of a small volume and 2 GiB of a large one have to stay free, unless a setting says otherwise', () => {
  expect(defaultFloor({ freeBytes: 0, allBytes: 10 * gib })).toBe(gib);
  expect(defaultFloor({ freeBytes: 0, allBytes: 1_000 * gib })).toBe(2 * gib);
  const env = { TELLTALE_DATABASE_URL: 'postgres://x/y', TELLTALE_REDIS_URL: 'redis://x' };
  const floorOf = (text: string) =>
    readCollectorConfig({ ...env, TELLTALE_MIN_FREE_SPACE: text }).minFreeSpace({ freeBytes: 0, allBytes: 10 * gib });
  expect(floorOf('25%')).toBe(2.5 * gib);
  expect(floorOf('5GiB')).toBe(5 * gib);
  expect(() => floorOf('much')).toThrow(/TELLTALE_MIN_FREE_SPACE: "much" is neither a part such as 10%/);
});

test('it pauses below the floor, goes on well above it, and a volume that cannot be seen changes nothing', async () => {
  const clock = createManualClock();
  let free: number | Error = 100;
  const read = async () => {
    if (free instanceof Error) throw free;
    return { freeBytes: free, allBytes: 1_000 };
  };
  await using space = watchSpace({ folder: '/x', floor: () => 50, clock, log, read });
  const after = async (bytes: number | Error): Promise<string | null> => {
    free = bytes;
    await until(() => clock.sleepers() === 1);
    clock.advance(60_000);
    await until(() => clock.sleepers() === 1);
    return space.reason();
  };
  expect(await after(50)).toBeNull();
  expect(await after(49)).toContain('49 B are free');
  expect(await after(59)).not.toBeNull();
  expect(await after(new Error('gone'))).not.toBeNull();
  expect(await after(60)).toBeNull();
});

test('a collector without space takes nothing and says so, loses nothing, and another with space goes on', async () => {
  await using rig = await createRig();
  const paused = await rig.startCollector({ TELLTALE_DATABASE_FOLDER: '/', TELLTALE_MIN_FREE_SPACE: '99%' });
  const beat = async () => {
    const beats = Object.values(await rig.redis.hgetall('tt:{beats}:collector'));
    return beats.map((text) => JSON.parse(text).details)[0];
  };
  await until(async () => (await beat())?.state === 'waiting_for_space');
  expect((await beat()).reason).toContain('have to stay free');
  await rig.publisher.publish(batchOf(lines(5, 'patient')));
  expect(await rig.linesOf('patient')).toEqual({ n: 0, ids: 0 });
  await paused[Symbol.asyncDispose]();
  await using other = await rig.startCollector({ TELLTALE_DATABASE_FOLDER: '/', TELLTALE_MIN_FREE_SPACE: '1kB' });
  expect(other).toBeDefined();
  await until(async () => (await rig.linesOf('patient')).n === 5);
});
