import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { localTimeOf } from './local-time.ts';

const hourMs = 3_600_000;

/** What the calendar itself says, without anything kept. */
function askedAnew(timeZone: string, time: number): number {
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(time);
  return Date.parse(`${shown.replace(' ', 'T')}Z`);
}

test('clocks show what the calendar says, in any zone, also near the moments when they are set', () => {
  const zones = [
    'Asia/Kathmandu',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Pacific/Apia',
    'UTC',
  ];
  // Each was the turn of a year's clocks somewhere, or the day that Samoa left out.
  const turns = ['2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z', '2026-04-04T15:00:00Z', '2011-12-30T10:00:00Z'];
  const times = fc.oneof(
    fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2040, 0, 1) }),
    fc
      .tuple(fc.constantFrom(...turns), fc.integer({ min: -8 * hourMs, max: 8 * hourMs }))
      .map(([turn, shift]) => Date.parse(turn) + shift),
  );
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.array(times, { minLength: 1, maxLength: 10 }), (zone, asked) => {
      const local = localTimeOf(zone);
      expect(asked.map(local)).toEqual(asked.map((time) => askedAnew(zone, time)));
    }),
    { numRuns: 100 },
  );
});
