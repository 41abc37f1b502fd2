import { expect, test } from 'vitest';
import { dueTime } from './due-time.ts';

const usual = { agentId: 'one', intervalMs: 1_000, stretch: 1, gridMs: 0 };

test('after a quiet interval an update leaves at once, else when the interval is over', () => {
  expect(dueTime({ ...usual, nowMs: 5_000, sentAtMs: Number.NEGATIVE_INFINITY })).toBe(5_000);
  expect(dueTime({ ...usual, nowMs: 5_000, sentAtMs: 4_000 })).toBe(5_000);
  expect(dueTime({ ...usual, nowMs: 5_000, sentAtMs: 4_100 })).toBe(5_100);
  expect(dueTime({ ...usual, nowMs: 5_000, sentAtMs: 4_100, gridMs: 250 })).toBe(5_250);
});

test('in a stretched interval the agents of a fleet come one after the other, each in its turn', () => {
  const crowd = { intervalMs: 1_000, stretch: 10, gridMs: 250 };
  const agents = Array.from({ length: 200 }, (_, n) => `agent-${n}`);
  const first = agents.map((agentId) => dueTime({ ...crowd, agentId, nowMs: 50_010, sentAtMs: 50_000 }));
  expect(Math.min(...first)).toBeGreaterThanOrEqual(51_000);
  expect(Math.max(...first)).toBeLessThanOrEqual(61_250);
  const atOnce = Map.groupBy(first, (due) => due)
    .values()
    .map((same) => same.length);
  expect(Math.max(...atOnce)).toBeLessThan(30);
  for (const [index, agentId] of agents.entries()) {
    const sentAtMs = first[index] ?? 0;
    const next = dueTime({ ...crowd, agentId, nowMs: sentAtMs + 10, sentAtMs });
    expect(next - sentAtMs).toBeGreaterThanOrEqual(9_750);
    expect(next - sentAtMs).toBeLessThanOrEqual(10_250);
  }
});
