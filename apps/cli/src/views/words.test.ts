import { expect, test } from 'vitest';
import { estimatedNote, unpricedNote } from './words.ts';

test('a sum says what is missing from it and what is guessed in it, and nothing when it is exact', () => {
  expect([unpricedNote(0), estimatedNote(0)]).toEqual(['', '']);
  expect(unpricedNote(1)).toBe('\n+ and –: without 1 call whose price is not known\n');
  expect(estimatedNote(1)).toBe('\nthe cost of 1 call is estimated\n');
  expect(estimatedNote(1_200)).toBe('\nthe cost of 1,200 calls is estimated\n');
});
