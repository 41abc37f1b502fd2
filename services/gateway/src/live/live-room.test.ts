import type { LiveFrame } from '@telltale/contracts/live';
import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { toLiveFilter } from './live-filter.ts';
import { createLiveRoom } from './live-room.ts';
import { viewRecord } from './pending-updates.ts';

/** A room of a team with so many members, whose agents wait as many seconds as it has members. */
function openRoom(members: number) {
  const frames: LiveFrame[] = [];
  const room = createLiveRoom({
    team: 'a',
    filter: toLiveFilter({ team_id: 'a', rate: 1 }),
    intervalMs: 1_000,
    gridMs: 250,
    patienceMs: 0,
    givesTotals: true,
    frameSize: () => Number.POSITIVE_INFINITY,
    stretch: (count) => count,
    send: (frame) => frames.push(frame),
  });
  for (let n = 0; n < members; n += 1) room.join({ socketId: `s${n}`, after: null, seen: null }, new Map());
  let entry = 0;
  const say = (message: string, nowMs: number): void => {
    entry += 1;
    const record = { ...aRecord('log_entry', { agent_id: 'one', message }) };
    room.add(viewRecord('a', record, `${entry}-0`), nowMs);
  };
  const shownAt = (nowMs: number): string[][] => {
    frames.length = 0;
    room.flush('epoch', `${entry}-0`, nowMs);
    return frames.map(({ messages }) =>
      messages.flatMap(({ data }) =>
        'items' in data ? data.items.map((item) => ('message' in item ? String(item.message) : '')) : [],
      ),
    );
  };
  return { room, say, shownAt };
}

test('the more hear a team, the longer an agent waits for its next update; nothing is lost meanwhile', () => {
  const { say, shownAt, room } = openRoom(3);
  say('first', 10_000);
  expect(shownAt(10_000)).toEqual([['first']]);
  say('second', 10_100);
  say('third', 12_000);
  const due = room.nextDueMs();
  // Its turn comes once in 3 s.
  expect(due).toBeGreaterThan(12_000);
  expect(due).toBeLessThanOrEqual(14_250);
  expect(shownAt(due - 1)).toEqual([]);
  expect(shownAt(due)).toEqual([['second', 'third']]);
  say('fourth', due + 1_500);
  expect(room.nextDueMs()).toBeGreaterThanOrEqual(due + 2_750);
});

test('a room that is held sends what was due in one frame when the time is over', () => {
  const { say, shownAt, room } = openRoom(1);
  say('first', 10_000);
  room.hold(10_020);
  expect([room.nextDueMs(), shownAt(10_010)]).toEqual([10_020, []]);
  say('second', 10_015);
  expect(shownAt(10_020)).toEqual([['first', 'second']]);
});
