import type { SeriesBucket } from '@telltale/contracts/http/timeseries';

const hour = 3_600_000;
/** Minutes are there for the last 48 hours, and an answer has at most a day of them. */
const minutesMs = 47 * hour;
const dayMs = 24 * hour;

/** What a chart over the life of something asks for: as fine as there is, and at most as many buckets as an answer has. */
export function spanOf(
  { from, to }: { from: string; to: string | null },
  now: number,
): { from: string; to?: string; bucket: SeriesBucket } {
  const start = Date.parse(from);
  // A span has to have some length.
  const end = to === null ? now : Math.max(Date.parse(to), start + 1_000);
  const duration = end - start;
  const isFine = now - start < minutesMs && duration < dayMs;
  const bucket = isFine ? 'minute' : duration < 14 * dayMs ? 'quarter' : duration < 60 * dayMs ? 'hour' : 'day';
  return { from, ...(to === null ? {} : { to: new Date(end).toISOString() }), bucket };
}
