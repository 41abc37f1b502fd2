import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { seededRandom } from './seeded-random.ts';
import { runChaos } from './run-chaos.ts';

test(
  'tasks over two runners end once and truly while everything around them is killed',
  { timeout: 180_000 },
  async () => {
    await using database = await createTestDatabase({ graceMs: 15_000 });
    const report = await runChaos({
      databaseUrl: database.url,
      tasks: 16,
      runners: 2,
      killEveryMs: 1_000,
      victims: ['runner-1', 'wipe', 'gateway', 'keeper'],
      random: seededRandom(7),
      say: () => undefined,
      longestMs: 120_000,
    });
    expect(report.problems).toEqual([]);
    expect(Object.values(report.ends).reduce((sum, count) => sum + count, 0)).toBe(16);
    // Not vacuous: all of them were killed.
    expect(report.kills).toEqual({ 'runner-1': 1, wipe: 1, gateway: 1, keeper: 1 });
  },
);
