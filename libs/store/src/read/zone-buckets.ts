import { localTimeOf, type LocalTime } from '@telltale/contracts/local-time';

const quarter = 15 * 60_000;
const hour = 4 * quarter;
const day = 24 * hour;

const floorTo = (length: number, time: number): number => Math.floor(time / length) * length;

/** An hour that clocks show twice is two hours; one of which they skip a part is shorter. */
function nextHour(local: LocalTime, start: number): number {
  const at = local(start);
  const shown = Math.floor(at / hour);
  const even = start + hour - (at % hour);
  // Asking a calendar is slow: where clocks do not change, once is enough.
  if (local(even) - at === even - start) return even;
  let end = start - (at % quarter) + quarter;
  while (end - start < hour && Math.floor(local(end) / hour) === shown) end += quarter;
  return end;
}

/** Where no midnight exists, a day begins with the first time that does. */
function nextDay(local: LocalTime, start: number): number {
  const shown = Math.floor(local(start) / day);
  const midnight = (time: number): number => (shown + 1) * day - (local(time) - time);
  const guess = midnight(start);
  // Whole quarters: where a calendar skips a day, the guess lies before the start, which says nothing.
  let end = floorTo(quarter, Math.max(Math.min(guess, midnight(guess)), start + quarter));
  while (Math.floor(local(end) / day) <= shown) end += quarter;
  return end;
}

/**
 * Where the hour really begins that PostgreSQL counted back to by minutes alone: clocks that are set by half an hour make
 * it begin in the middle, with the first quarter that has the hour's own offset.
 */
export function trueHourStart(timeZone: string): (time: number) => number {
  const local = localTimeOf(timeZone);
  return (time) => {
    const shown = local(time);
    if (shown % hour === 0) return time;
    let start = time;
    while (start - time < hour && local(start) - start === shown - time) start += quarter;
    return start;
  };
}

/**
 * The starts of the hours or days of a zone, as its clocks and calendar have them, from the one that `from` lies in up
 * to, not including, `to`, and then the end of the last. At most `most` buckets and that end.
 */
export function zoneStarts(
  unit: 'hour' | 'day',
  timeZone: string,
  { from, to }: { from: number; to: number },
  most: number,
): number[] {
  const local = localTimeOf(timeZone);
  const next = (start: number): number => (unit === 'hour' ? nextHour(local, start) : nextDay(local, start));
  // From well before, because only the ends of buckets are found, and the first of those may be no true one.
  let start = from - (unit === 'hour' ? 3 * hour : 3 * day);
  for (let end = next(start); end <= from; end = next(start)) start = end;
  const starts = [start];
  while (start < to && starts.length <= most) {
    start = next(start);
    starts.push(start);
  }
  return starts;
}

/** The same for minutes and quarter hours, which are the same in every zone. */
export function evenStarts(length: number, { from, to }: { from: number; to: number }, most: number): number[] {
  const starts = [Math.floor(from / length) * length];
  for (let start = starts[0] ?? 0; start < to && starts.length <= most;) {
    start += length;
    starts.push(start);
  }
  return starts;
}
