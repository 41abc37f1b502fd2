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
