import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketsBefore, bucketsOf, type Segment } from './span.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.UTC(2026, 10, 21, 13, 37, 12, 345);

const lengthOf: Record<Segment['grain'], number> = { 0: 0, 1: minute, 15: 15 * minute, 120: 120 * minute, 1440: day };
const edges = ({ from, to }: Segment): [number, number] => [from?.getTime() ?? 0, to?.getTime() ?? 0];

test('all time is the one bucket of all time', () => {
  expect(bucketsOf({ from: null, to: now }, now).segments).toEqual([{ grain: 0, from: null, to: null }]);
});

test('a rolling day is minutes at its edges and quarters between them', () => {
  const { used, segments } = bucketsOf({ from: now - day, to: now }, now);
  expect(used).toEqual({ from: Math.floor((now - day) / minute) * minute, to: Math.ceil(now / minute) * minute });
  expect(segments.map((segment) => segment.grain)).toEqual([1, 15, 1]);
});

test('an edge beyond two days is widened to the quarter hour, and whole days are read as days', () => {
  const { used, segments } = bucketsOf({ from: now - 10 * day, to: now - 5 * day }, now);
  expect(used).toEqual({ from: Date.UTC(2026, 10, 11, 13, 30), to: Date.UTC(2026, 10, 16, 13, 45) });
  expect(segments.map((segment) => segment.grain)).toEqual([15, 1440, 15]);
  const quarters = bucketsOf({ from: now - 10 * day, to: now - 5 * day }, now, { longest: 15 });
  expect(quarters).toMatchObject({ used, segments: [{ grain: 15 }] });
});

test('whatever is asked, the segments join without gap or overlap, hold it, and consist of whole buckets', () => {
  const ms = fc.integer({ min: now - 60 * day, max: now + day });
  fc.assert(
    fc.property(ms, ms, fc.constantFrom(15 as const, 1440 as const), (one, other, longest) => {
      fc.pre(one !== other);
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      const { used, segments } = bucketsOf({ from, to }, now, { longest });
      expect(used.from).toBeLessThanOrEqual(from);
      expect(used.to).toBeGreaterThanOrEqual(to);
      let place = used.from;
      for (const segment of segments) {
        const [begin, end] = edges(segment);
        expect(begin).toBe(place);
        expect((end - begin) % lengthOf[segment.grain]).toBe(0);
        expect(begin % lengthOf[segment.grain]).toBe(0);
        if (segment.grain === 1) expect(begin).toBeGreaterThanOrEqual(now - 48 * hour);
        place = end;
      }
      expect(place).toBe(used.to);
    }),
  );
});

test('an hour and a day are compared with exactly as much before them, longer periods to the nearest quarter hour', () => {
  for (const length of [hour, day]) {
    const { used } = bucketsOf({ from: now - length, to: now }, now);
    const from = used.from ?? Number.NaN;
    expect(bucketsBefore(used, now)?.used).toEqual({ from: from - (used.to - from), to: from });
  }
  for (const length of [7 * day, 30 * day]) {
    const { used } = bucketsOf({ from: now - length, to: now }, now);
    const before = bucketsBefore(used, now)?.used;
    const from = used.from ?? Number.NaN;
    expect(before?.to).toBe(from);
    expect(Math.abs(from - (before?.from ?? Number.NaN) - (used.to - from))).toBeLessThanOrEqual(7.5 * minute);
  }
  expect(bucketsBefore({ from: null, to: now }, now)).toBeNull();
});

test('a period that is not over is compared with as much of the one before', () => {
  const [from, to] = [now - (now % day), now - (now % day) + day];
  expect(bucketsBefore({ from, to }, now)?.used).toEqual({
    from: from - day,
    to: Math.ceil(now / minute) * minute - day,
  });
  expect(bucketsBefore({ from: from + day, to: to + day }, now)?.used).toEqual({ from, to: from });
});

test('the span before consists of whole buckets too, none of them of a minute that may be dropped', () => {
  const ms = fc.integer({ min: now - 60 * day, max: now + day });
  fc.assert(
    fc.property(ms, ms, (one, other) => {
      fc.pre(one !== other);
      const { used } = bucketsOf({ from: Math.min(one, other), to: Math.max(one, other) }, now);
      const before = bucketsBefore(used, now);
      for (const segment of before?.segments ?? []) {
        const [begin, end] = edges(segment);
        expect((end - begin) % lengthOf[segment.grain]).toBe(0);
        expect(begin % lengthOf[segment.grain]).toBe(0);
        if (segment.grain === 1) expect(begin).toBeGreaterThanOrEqual(now - 49 * hour);
      }
    }),
  );
});
