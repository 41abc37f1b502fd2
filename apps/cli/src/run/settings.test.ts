import { expect, test } from 'vitest';
import { CliError } from '../failure.ts';
import { readRunSettings, type RunFlags } from './settings.ts';

const refused = (flags: RunFlags): string => {
  try {
    readRunSettings(flags, {});
  } catch (error) {
    if (error instanceof CliError && error.exitCode === 2) return error.message;
    throw error;
  }
  return 'nothing';
};

test('an id that no record may have is a usage error, before anything starts', () => {
  expect(refused({ agent: ['a', ''] })).toBe('--agent: is empty; name one, or leave it out');
  expect(refused({ session: ' ' })).toMatch(/^--session: is empty/);
  expect(refused({ task: '' })).toMatch(/^--task: is empty/);
  expect(refused({ agent: ['x'.repeat(201)] })).toMatch(/^--agent: is longer than 200 characters/);
  expect(refused({ agent: ['x'.repeat(200)], session: 's', task: 't' })).toBe('nothing');
});

test('a limit of calls and --no-proxy are a usage error together', () => {
  expect(refused({ proxy: false, maxUsd: '1' })).toMatch(/^--max-usd is held by the metering proxy, which --no-proxy/);
  expect(refused({ proxy: false, maxTokens: '1' })).toMatch(/^--max-tokens/);
  expect(refused({ proxy: false, maxMemory: '1GiB' })).toBe('nothing');
});
