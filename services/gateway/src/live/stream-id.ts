/** The id of a stream entry, `<ms>-<n>`; entries of one stream rise. */
export type StreamId = string;

/** Before every entry. */
export const streamStart: StreamId = '0-0';

const pattern = /^(\d{1,15})-(\d{1,15})$/;

export const isStreamId = (value: string): boolean => pattern.test(value);

/** Negative when `a` is older, 0 when they are the same entry. */
export function compareStreamIds(a: StreamId, b: StreamId): number {
  if (a === b) return 0;
  const dashA = a.indexOf('-');
  const dashB = b.indexOf('-');
  const ms = Number(a.slice(0, dashA)) - Number(b.slice(0, dashB));
  return ms !== 0 ? ms : Number(a.slice(dashA + 1)) - Number(b.slice(dashB + 1));
}

/** The lowest id an entry after `id` can have. */
export function nextStreamId(id: StreamId): StreamId {
  const dash = id.indexOf('-');
  return `${id.slice(0, dash)}-${Number(id.slice(dash + 1)) + 1}`;
}

/** The highest id an entry before `id` can have. */
export function previousStreamId(id: StreamId): StreamId {
  const dash = id.indexOf('-');
  const ms = Number(id.slice(0, dash));
  const n = Number(id.slice(dash + 1));
  if (n > 0) return `${ms}-${n - 1}`;
  return ms > 0 ? `${ms - 1}-${Number.MAX_SAFE_INTEGER}` : streamStart;
}
