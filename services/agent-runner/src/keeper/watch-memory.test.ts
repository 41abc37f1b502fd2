import { createLog } from '@telltale/runtime/log';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { watchMemory } from './watch-memory.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: turn };

test('a keeper that takes more memory than its runs are worth ends, and is killed when it does not', async () => {
  const memory = { ...process.memoryUsage(), rss: 100 };
  const said: string[] = [];
  let looks = 0;
  const usage = (): NodeJS.MemoryUsage => {
    looks += 1;
    return memory;
  };
  await using _watch = watchMemory({
    onTooMuch: (why) => said.push(why),
    kill: () => said.push('killed'),
    usage,
    mostBytes: 1_000,
    clock,
    log: createLog({ service: 'test', level: 'silent' }),
  });
  await until(() => looks > 5);
  expect(said).toEqual([]);
  memory.rss = 3 * 1024 ** 3;
  await until(() => said.includes('killed'));
  expect(said.slice(0, 2)).toEqual(['the keeper took 3.0 GiB of memory', 'killed']);
});
