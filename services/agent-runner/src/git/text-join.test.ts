import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GitActivity } from './git-activity.ts';
import { createTextJoin } from './text-join.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const activity = (operation: string, origin: GitActivity['origin']): GitActivity => ({
  operation,
  origin,
  success: true,
});

function createJoin() {
  const told: string[] = [];
  const clock = { now: () => Date.now(), monotonic: () => Date.now(), sleep: () => Promise.resolve() };
  const join = createTextJoin({ clock, onActivity: ({ operation, origin }) => told.push(`${operation} ${origin}`) });
  return { join, told };
}

test('text is dropped when an exact report came up to ten seconds before or after it', () => {
  const { join, told } = createJoin();
  join.exact(activity('commit', 'trace2'));
  vi.advanceTimersByTime(9_900);
  join.text(activity('commit', 'stdout'));
  join.text(activity('checkout', 'stdout'));
  vi.advanceTimersByTime(9_900);
  join.exact(activity('checkout', 'refs'));
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(['commit trace2', 'checkout refs']);
});

test('of more lines than any work prints the oldest are told at once', () => {
  const { join, told } = createJoin();
  for (let line = 0; line < 5_000; line += 1) join.text(activity('commit', 'stdout'));
  expect(told).toHaveLength(3_000);
  join.flush();
  expect(told).toHaveLength(5_000);
});

test('text of which nothing exact is heard is told after ten seconds, or at the end', () => {
  const { join, told } = createJoin();
  join.exact(activity('commit', 'trace2'));
  vi.advanceTimersByTime(10_100);
  join.text(activity('commit', 'stdout'));
  vi.advanceTimersByTime(9_900);
  expect(told).toEqual(['commit trace2']);
  vi.advanceTimersByTime(200);
  expect(told).toEqual(['commit trace2', 'commit stdout']);
  join.text(activity('branch_create', 'stdout'));
  join.flush();
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(['commit trace2', 'commit stdout', 'branch_create stdout']);
});
