import { expect, test } from 'vitest';
import { createNewestSeqs } from './newest-seqs.ts';

const batch = (producer_id: string, seq: number, team_id = 'red') => ({ team_id, producer_id, seq });

test('a producer goes on only above the highest seq that came in', () => {
  const newest = createNewestSeqs();
  expect(newest.goesOn(batch('p', 1))).toBe(false);
  newest.note(batch('p', 5));
  newest.note(batch('p', 3));
  expect([4, 5, 6].map((seq) => newest.goesOn(batch('p', seq)))).toEqual([false, false, true]);
  expect(newest.goesOn(batch('p', 6, 'blue'))).toBe(false);
});

test('producers that were not heard of for long are forgotten first', () => {
  const newest = createNewestSeqs(2);
  for (const [name, seq] of [
    ['a', 1],
    ['b', 1],
    ['a', 2],
    ['c', 1],
  ] as const)
    newest.note(batch(name, seq));
  expect(['a', 'b', 'c'].map((name) => newest.goesOn(batch(name, 9)))).toEqual([true, false, true]);
});
