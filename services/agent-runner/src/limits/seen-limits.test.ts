import { expect, test } from 'vitest';
import { seenLimits } from './seen-limits.ts';

test('a program whose output goes to the terminal itself is not ended as idle, and the person hears it', () => {
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const limits = { idle: 60_000, memory: 1 };
  const inherited = { stdout: 'inherit', stderr: 'inherit' } as const;
  expect(seenLimits(limits, { streams: inherited, say })).toEqual({ idle: undefined, memory: 1 });
  expect(said).toEqual([expect.stringContaining('--pty')]);
  expect(seenLimits(limits, { streams: { stdout: null, stderr: null }, say })).toBe(limits);
  expect(seenLimits({ memory: 1 }, { streams: inherited, say })).toEqual({ memory: 1 });
  expect(said).toHaveLength(1);
});
