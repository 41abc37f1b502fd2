import type { ActivityLog } from '@telltale/contracts/http/agent-telemetry';
import { expect, test } from 'vitest';
import { countAfter, cutLines, mergeLines } from './log-lines.ts';

const line = (second: number, id: string): ActivityLog => ({
  id,
  timestamp: `2026-11-21T12:00:0${second}.000Z`,
  level: 'info',
  message: id,
  source: 'stdout',
});
const ids = (lines: readonly ActivityLog[]): string => lines.map(({ id }) => id).join('');

test('lines stand in the order they were written, each once, however they came', () => {
  const [a, b, c, d] = [line(1, 'a'), line(1, 'b'), line(2, 'c'), line(3, 'd')];
  expect(ids(mergeLines([a, b], [d, c]))).toBe('abcd');
  expect(ids(mergeLines([c, d], [b, a, c]))).toBe('abcd');
  expect(ids(mergeLines([], [d, a, a]))).toBe('ad');
  const known = [a, b];
  expect(mergeLines(known, [b])).toBe(known);
});

test('a feed that grows for days keeps its newest lines, and still tells how many came since a pause', () => {
  const many = Array.from({ length: 20_001 }, (_, n) => line(1, String(n)));
  const [few, paused] = [many.slice(0, 20_000), many.slice(0, 19_990)];
  expect(cutLines(few)).toBe(few);
  const kept = cutLines(many);
  expect([kept.length, kept.at(-1)?.id]).toEqual([15_000, '20000']);
  expect([countAfter(many, paused), countAfter(kept, paused), countAfter(kept, kept)]).toEqual([11, 11, 0]);
  expect([countAfter(few, []), countAfter(kept, [line(1, 'long gone')])]).toEqual([20_000, 15_000]);
});
