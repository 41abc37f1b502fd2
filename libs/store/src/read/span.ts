import type { Grain } from '../rollup/cubes.ts';
import { minuteHours } from '../rollup/cubes.ts';

/** In ms since 1970; `from` null is since ever, `to` is exclusive. */
export type Span = { from: number | null; to: number };

/** Buckets of one length, from one time to another; null bounds are none. */
export type Segment = { grain: Grain; from: Date | null; to: Date | null };

/** What a period is read from, and what it was widened to so that it consists of whole buckets. */
export type Buckets = { used: Span; segments: readonly Segment[] };

const minute = 60_000;
const quarter = 15 * minute;
const day = 1440 * minute;

const floor = (ms: number, length: number): number => Math.floor(ms / length) * length;
const ceil = (ms: number, length: number): number => Math.ceil(ms / length) * length;

const segment = (grain: Grain, from: number, to: number): Segment[] =>
  from < to ? [{ grain, from: new Date(from), to: new Date(to) }] : [];

/** The longest buckets that fit: days in the middle, quarters around them, minutes at the edges. */
function cut(from: number, to: number, longest: 15 | 1440): Segment[] {
  const [a, b] = [ceil(from, quarter), floor(to, quarter)];
  if (a > b) return segment(1, from, to);
  const [firstDay, lastDay] = [ceil(a, day), floor(b, day)];
  const middle =
    firstDay < lastDay && longest === 1440
      ? [...segment(15, a, firstDay), ...segment(1440, firstDay, lastDay), ...segment(15, lastDay, b)]
      : segment(15, a, b);
  return [...segment(1, from, a), ...middle, ...segment(1, b, to)];
}

/** One-minute buckets are there from then on. */
export const minutesSince = (now: number): number => ceil(now - minuteHours * 60 * minute, quarter);

/** They are not dropped before they are an hour older, so that a day can be compared with the one before it to the minute. */
const lastMinutesSince = (now: number): number => now - minuteHours * 60 * minute - quarter;

/**
 * Minutes are kept for a while only: an edge further back than `horizon` is widened to the quarter hour. `longest` 15
 * gives only buckets that can be put together to the days of any time zone.
 */
export function bucketsOf(
  span: Span,
  now: number,
  { longest = 1440, horizon = minutesSince(now) }: { longest?: 15 | 1440; horizon?: number } = {},
): Buckets {
  if (span.from === null && span.to >= now && longest === 1440) {
    return { used: span, segments: [{ grain: 0, from: null, to: null }] };
  }
  const unit = (edge: number): number => (edge >= horizon ? minute : quarter);
  const from = span.from === null ? 0 : floor(span.from, unit(span.from));
  const to = ceil(span.to, unit(span.to));
  return { used: { from: span.from === null ? null : from, to }, segments: cut(from, to, longest) };
}

/**
 * The span before a used one, as long as what has passed of it: a month half over is compared with half of the month
 * before. To the minute where minutes are kept, else to the nearest quarter hour; null for all time, which has none.
 */
export function bucketsBefore({ from, to }: Span, now: number): Buckets | null {
  if (from === null) return null;
  const horizon = lastMinutesSince(now);
  const nearest = (edge: number): number => {
    const unit = edge >= horizon ? minute : quarter;
    return Math.round(edge / unit) * unit;
  };
  const length = to - from;
  const passed = Math.min(length, Math.max(0, ceil(now, minute) - from));
  const begin = nearest(from - length);
  return bucketsOf({ from: begin, to: Math.max(begin, nearest(from - length + passed)) }, now, { horizon });
}
