import { expect, test } from 'vitest';
import { evenStarts, zoneStarts } from './zone-buckets.ts';

const hour = 3_600_000;
const day = 24 * hour;

function startsOf(unit: 'hour' | 'day', zone: string, from: string, to: string): string[] {
  const bounds = { from: Date.parse(from), to: Date.parse(to) };
  return zoneStarts(unit, zone, bounds, 1_500).map((start) => new Date(start).toISOString().slice(0, 16));
}

test('days begin at local midnight, in zones ahead, behind and between', () => {
  const [from, to] = ['2026-06-10T12:00:00Z', '2026-06-11T12:00:00Z'];
  expect(startsOf('day', 'UTC', from, to)).toEqual(['2026-06-10T00:00', '2026-06-11T00:00', '2026-06-12T00:00']);
  expect(startsOf('day', 'Asia/Kathmandu', from, to)).toEqual([
    '2026-06-09T18:15',
    '2026-06-10T18:15',
    '2026-06-11T18:15',
  ]);
  expect(startsOf('day', 'America/St_Johns', from, to)).toEqual([
    '2026-06-10T02:30',
    '2026-06-11T02:30',
    '2026-06-12T02:30',
  ]);
});

test('the days on which clocks change have 23 and 25 hours', () => {
  expect(startsOf('day', 'Europe/Berlin', '2026-03-29T00:00:00Z', '2026-03-29T22:00:00Z')).toEqual([
    '2026-03-28T23:00',
    '2026-03-29T22:00',
  ]);
  expect(startsOf('day', 'Europe/Berlin', '2026-10-25T00:00:00Z', '2026-10-25T23:00:00Z')).toEqual([
    '2026-10-24T22:00',
    '2026-10-25T23:00',
  ]);
});

test('a day without a midnight begins with its first time, one with two begins once', () => {
  // Lebanon's clocks go from 24:00 to 01:00 in March, and from 24:00 to 23:00 in October.
  expect(startsOf('day', 'Asia/Beirut', '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z')).toEqual([
    '2026-03-27T22:00',
    '2026-03-28T22:00',
    '2026-03-29T21:00',
  ]);
  expect(startsOf('day', 'Asia/Beirut', '2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z')).toEqual([
    '2026-10-23T21:00',
    '2026-10-24T22:00',
    '2026-10-25T22:00',
  ]);
});

test('hours are those of the clock, an hour shown twice is two', () => {
  expect(startsOf('hour', 'Pacific/Chatham', '2026-06-10T12:00:00Z', '2026-06-10T13:00:00Z')).toEqual([
    '2026-06-10T11:15',
    '2026-06-10T12:15',
    '2026-06-10T13:15',
  ]);
  expect(startsOf('hour', 'Europe/Berlin', '2026-10-24T23:30:00Z', '2026-10-25T02:00:00Z')).toEqual([
    '2026-10-24T23:00',
    '2026-10-25T00:00',
    '2026-10-25T01:00',
    '2026-10-25T02:00',
  ]);
  // Lord Howe's clocks go from 02:00 to 02:30 on October 4th: half an hour is left of that hour.
  expect(startsOf('hour', 'Australia/Lord_Howe', '2026-10-03T14:30:00Z', '2026-10-03T17:00:00Z')).toEqual([
    '2026-10-03T14:30',
    '2026-10-03T15:30',
    '2026-10-03T16:00',
    '2026-10-03T17:00',
  ]);
});

test('buckets of a year follow each other without a gap in every zone', () => {
  const bounds = { from: Date.UTC(2025, 0, 1), to: Date.UTC(2026, 0, 1) };
  for (const zone of Intl.supportedValuesOf('timeZone').filter((_, n) => n % 20 === 0)) {
    const starts = zoneStarts('day', zone, bounds, 1_500);
    expect([zone, starts.length]).toEqual([zone, expect.toSatisfy((n: number) => n === 366 || n === 367)]);
    const lengths = starts.slice(1).map((start, n) => start - (starts[n] ?? 0));
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(day - hour);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(day + hour);
  }
});

test('minutes and quarters are whole, and no list is longer than wanted', () => {
  expect(evenStarts(60_000, { from: 90_000, to: 150_000 }, 10)).toEqual([60_000, 120_000, 180_000]);
  expect(evenStarts(60_000, { from: 0, to: day }, 10)).toHaveLength(11);
  expect(zoneStarts('hour', 'UTC', { from: 0, to: day }, 10)).toHaveLength(11);
});
