import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { totalmem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { admitRun, memoryFloor } from './admit-run.ts';
import { readMemory } from './free-memory.ts';

const MiB = 2 ** 20;

function admit(setting: string | undefined, free: () => number) {
  const clock = createManualClock();
  const said: string[] = [];
  const memory = () => ({ freeBytes: free(), allBytes: 1_000 * MiB });
  const env = setting === undefined ? {} : { TELLTALE_MIN_FREE_MEMORY: setting };
  const admitted = admitRun({ floorOf: memoryFloor(env), say: (line) => void said.push(line), clock, read: memory });
  return { clock, said, admitted };
}

test.each([
  ['enough by the usual part', undefined, 51, true],
  ['too little by the usual part', undefined, 49, false],
  ['enough by a size', '20MiB', 20, true],
  ['too little by a size', '20MiB', 19, false],
  ['enough by a part', '10%', 100, true],
  ['too little by a part', '10%', 99, false],
  ['anything where it is off', 'off', 0, true],
])('a run starts with %s', async (_, setting, free, expected) => {
  const { clock, said, admitted } = admit(setting, () => free * MiB);
  let answer: string | null | undefined;
  void admitted.then((found) => (answer = found));
  await until(() => {
    clock.advance(10_000);
    return answer !== undefined;
  });
  if (expected) expect([answer, said]).toEqual([null, []]);
  else expect([answer, said]).toEqual([expect.stringMatching(/^not started: .* have to be/), [expect.any(String)]]);
});

test('a setting that is not understood is said', () => {
  expect(() => memoryFloor({ TELLTALE_MIN_FREE_MEMORY: 'much' })).toThrow(/is none such as 10%, 2GiB or off/);
});

test('a run that waits starts as soon as there is memory', async () => {
  let free = 10 * MiB;
  const { clock, said, admitted } = admit('20MiB', () => free);
  await until(() => clock.sleepers() > 0);
  free = 30 * MiB;
  clock.advance(500);
  expect(await admitted).toBeNull();
  expect(said).toHaveLength(1);
});

test('the memory of the machine counts, or that of the container where it has less', () => {
  expect(readMemory('/nonexistent')).toMatchObject({ allBytes: totalmem() });
  const root = mkdtempSync(join(tmpdir(), 'cgroup-'));
  const write = (file: string, text: string): void => writeFileSync(join(root, file), text);
  write('memory.max', 'max\n');
  expect(readMemory(root).allBytes).toBe(totalmem());
  write('memory.max', `${100 * MiB}\n`);
  write('memory.current', `${90 * MiB}\n`);
  write('memory.stat', `anon 1\ninactive_file ${30 * MiB}\n`);
  expect(readMemory(root)).toEqual({ freeBytes: 40 * MiB, allBytes: 100 * MiB });
  rmSync(join(root, 'memory.max'));
  mkdirSync(join(root, 'memory'));
  write('memory/memory.limit_in_bytes', `${200 * MiB}\n`);
  write('memory/memory.usage_in_bytes', `${150 * MiB}\n`);
  expect(readMemory(root)).toEqual({ freeBytes: 50 * MiB, allBytes: 200 * MiB });
  rmSync(root, { recursive: true });
});
