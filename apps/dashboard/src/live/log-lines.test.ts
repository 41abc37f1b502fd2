import type { ActivityLog } from '@telltale/contracts/http/agent-telemetry';
import { expect, test } from 'vitest';
import { mergeLines } from './log-lines.ts';

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
