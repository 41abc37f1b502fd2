import type { Socket } from 'socket.io';
import { expect, test } from 'vitest';
import { createSlowJudge } from './slow-client.ts';

/** A socket for whom so many packets of so many characters wait. */
const waiting = (packets: number, characters = 10) =>
  ({
    conn: { writeBuffer: Array.from({ length: packets }, () => ({ data: 'x'.repeat(characters) })) },
  }) as unknown as Socket;

test('slow is who has too much waiting, or took nothing of it for ten seconds', () => {
  const judge = createSlowJudge();
  expect([judge.isSlow(waiting(256), 0, 0), judge.isSlow(waiting(257), 0, 0)]).toEqual([false, true]);
  expect([judge.isSlow(waiting(8, 1_000_000), 0, 0), judge.isSlow(waiting(9, 1_000_000), 0, 0)]).toEqual([false, true]);
  const [stuck, moving] = [waiting(1), waiting(1)];
  for (const now of [0, 6_000, 12_000]) {
    judge.isSlow(stuck, now, 0);
    judge.isSlow(moving, now, 0);
    judge.took(moving);
  }
  expect(judge.isSlow(stuck, 12_000, 1_000_000)).toBe(false);
  expect([judge.isSlow(stuck, 12_000, 0), judge.isSlow(moving, 12_000, 0)]).toEqual([true, false]);
});

test('a crowd waits while most of it is behind, and not for those that are stuck', () => {
  const judge = createSlowJudge();
  const [free, late, later] = [waiting(0), waiting(1), waiting(2)];
  expect(judge.isMostBehind([free, late], 0)).toBe(false);
  expect(judge.isMostBehind([free, late, later], 0)).toBe(true);
  expect(judge.isMostBehind([free, late, later, undefined], 2_000)).toBe(true);
  expect(judge.isMostBehind([free, late, later], 2_001)).toBe(false);
  judge.took(late);
  judge.took(later);
  expect(judge.isMostBehind([free, late, later], 2_001)).toBe(true);
  expect(judge.isMostBehind([], 0)).toBe(false);
});
