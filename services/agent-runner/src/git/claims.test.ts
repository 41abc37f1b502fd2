import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createClaims } from './claims.ts';

const pair = () => {
  const commonDir = `/nowhere/${randomUUID()}/.git`;
  const of = (runId: string, startedAt = Date.now()) => createClaims({ commonDir, runId, startedAt });
  return { one: of('one'), two: of('two'), of };
};

test('what two runs only see is told by the first of them, and by it again when the same is seen once more', () => {
  const { one, two } = pair();
  expect([one.see('a'), two.see('a'), one.see('a'), two.see('a')]).toEqual([true, false, true, false]);
  expect(two.isTheirs('a')).toBe(false);
});

test('what a run’s own git reported is that run’s, also where another saw it before', () => {
  const { one, two } = pair();
  expect(one.see('a')).toBe(true);
  two.told('a');
  expect([one.isTheirs('a'), two.isTheirs('a'), one.see('a')]).toEqual([true, false, false]);
});

test('what was told before a run began is nothing to it', () => {
  const { one, of } = pair();
  one.told('a branch');
  const later = of('later', Date.now() + 60_000);
  expect([later.isTheirs('a branch'), later.see('a branch')]).toEqual([false, true]);
});
