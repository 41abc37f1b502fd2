import type { ActivityLog } from '@telltale/contracts/http/agent-telemetry';

/** Lines in the order they were written: by time, then by id, which rises within a process. */
export type Lines = readonly ActivityLog[];

const isBefore = (left: ActivityLog, right: ActivityLog): boolean =>
  left.timestamp === right.timestamp ? left.id < right.id : left.timestamp < right.timestamp;

/** Both together, each line once, however they overlap and in whatever order they came. */
export function mergeLines(known: Lines, more: Lines): Lines {
  const seen = new Set(known.map(({ id }) => id));
  const fresh = more.filter(({ id }) => !seen.has(id) && seen.add(id));
  if (fresh.length === 0) return known;
  const sorted = fresh.toSorted((left, right) => (isBefore(left, right) ? -1 : 1));
  const [first] = sorted;
  const last = known.at(-1);
  // The common case: what comes is newer than all that is known.
  if (first === undefined || last === undefined || isBefore(last, first)) return [...known, ...sorted];
  return [...known, ...sorted].toSorted((left, right) => (isBefore(left, right) ? -1 : 1));
}

/** As many lines as a page holds, and how many are left when it holds more: cut seldom, since each cut costs a copy. */
const most = 20_000;
const left = 15_000;

/** The newest lines once there are too many; else the same lines. */
export const cutLines = (lines: Lines): Lines => (lines.length > most ? lines.slice(-left) : lines);

/** How many lines came after the last of those, whatever was cut before it meanwhile. */
export function countAfter(lines: Lines, held: Lines): number {
  const last = held.at(-1);
  return last === undefined ? lines.length : lines.length - 1 - lines.findLastIndex(({ id }) => id === last.id);
}
