import { expect, test } from 'vitest';
import { CliError } from '../failure.ts';
import { readLimitFlags } from './limit-flags.ts';

test('durations, sizes, counts and money as people type them', () => {
  const flags = {
    timeout: '10m',
    idleTimeout: '90s',
    maxCpuSeconds: '1.5',
    maxMemory: '2GiB',
    maxProcesses: '50',
    maxOutput: '100MB',
    maxTokens: '500000',
    maxUsd: '2.50',
    grace: '0s',
  };
  expect(readLimitFlags(flags)).toEqual({
    limits: {
      timeout: 600_000,
      idle: 90_000,
      cpu: 1_500,
      memory: 2 ** 31,
      processes: 50,
      output: 1e8,
      tokens: 500_000,
      usd: 2.5,
    },
    graceMs: 0,
  });
  expect(Object.values(readLimitFlags({}).limits).every((limit) => limit === undefined)).toBe(true);
});

test.each([
  [{ timeout: '10' }, '--timeout 10:'],
  [{ timeout: '0s' }, '--timeout 0s: is not above 0'],
  [{ maxTokens: '-5' }, '--max-tokens -5: is not a whole number above 0'],
  [{ maxUsd: '1e3' }, '--max-usd 1e3: is not a number such as 5 or 0.25'],
  [{ maxMemory: '2G' }, '--max-memory 2G:'],
])('%j is a usage error that names the flag', (flags, words) => {
  const read = () => readLimitFlags(flags);
  expect(read).toThrow(CliError);
  expect(read).toThrow(words);
});
