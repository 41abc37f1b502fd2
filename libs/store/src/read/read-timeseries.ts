import { TelltaleError } from '@telltale/contracts/errors';
import {
  mostBuckets,
  type SeriesBucket,
  type SeriesMetric,
  type TimeseriesAnswer,
} from '@telltale/contracts/http/timeseries';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { MeasureFamily } from '../rollup/measures.ts';
import { activityAggregate, activityOfNothing, isActivityMetric } from './activity-series.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { firstTime } from './first-time.ts';
import { inSnapshot } from './in-snapshot.ts';
import { usedPeriod, type MetricsQuestion } from './metrics-question.ts';
import { rollupRows } from './rollup-rows.ts';
import type { SumsQuestion } from './read-sums.ts';
import { bucketsOf, minutesSince, type Buckets } from './span.ts';
import { columnsOf, sumColumnsOf, toSums, type SumsRow } from './sums-row.ts';
import { evenStarts, zoneStarts } from './zone-buckets.ts';

/** Without a bucket hours are answered, or days where there are too many of those. */
export type TimeseriesQuestion = MetricsQuestion & {
  metric: SeriesMetric;
  bucket: SeriesBucket | undefined;
  timeZone: string;
};
type Chosen = TimeseriesQuestion & { bucket: SeriesBucket };

const minute = 60_000;
const lengths: Record<SeriesBucket, number> = {
  minute,
  quarter: 15 * minute,
  hour: 60 * minute,
  day: 1440 * minute,
};

const toolMetrics: ReadonlySet<SeriesMetric> = new Set([
  'tool_calls',
  'tool_successes',
  'tool_errors',
  'avg_tool_latency_ms',
]);

function familyOf(metric: SeriesMetric): MeasureFamily {
  if (isActivityMetric(metric) || metric === 'git_commits' || metric === 'peak_memory_bytes') return 'activity';
  if (metric === 'service_calls') return 'service';
  return toolMetrics.has(metric) ? 'tool' : 'llm';
}

function refuseBucket(detail: string): never {
  throw new TelltaleError('invalid_request', `bucket: ${detail}`, {
    errors: [{ parameter: 'bucket', code: 'invalid_value', detail }],
  });
}

/** Of all time without a bucket: one record of a machine whose clock was wrong makes that too long. */
function refuseAge(first: number): never {
  const since = new Date(first).toISOString().slice(0, 10);
  const detail = `is not given, and the first record is of ${since}, more than ${mostBuckets} days ago; say from when`;
  throw new TelltaleError('invalid_request', `from: ${detail}`, {
    errors: [{ parameter: 'from', code: 'invalid_value', detail }],
  });
}

/** The starts of all buckets and the end of the last; refused when they are more than an answer holds. */
function startsOf({ bucket, timeZone }: Chosen, bounds: { from: number; to: number }): number[] {
  const tooMany = `makes more than ${mostBuckets} buckets; take longer ones or a shorter period`;
  const length = lengths[bucket];
  // Days in which clocks change are an hour longer: too many for certain is refused before any is made.
  if ((bounds.to - bounds.from) / length > mostBuckets * 1.05) refuseBucket(tooMany);
  const starts =
    (bucket === 'hour' || bucket === 'day') && timeZone !== 'UTC'
      ? zoneStarts(bucket, timeZone, bounds, mostBuckets + 1)
      : evenStarts(length, bounds, mostBuckets + 1);
  if (starts.length > mostBuckets + 1) refuseBucket(tooMany);
  return starts;
}

/** What the period is read from: rows that each lie in one bucket of the answer. */
function segmentsOf({ bucket, now }: Chosen, span: { from: number; to: number }, starts: number[]): Buckets {
  if (bucket !== 'minute') {
    const utcDays = bucket === 'day' && starts.every((start) => start % lengths.day === 0);
    return bucketsOf(span, now, { longest: utcDays ? 1440 : 15 });
  }
  if (span.from < minutesSince(now)) refuseBucket('minutes are kept for the last 48 hours only; take a longer bucket');
  const { used } = bucketsOf(span, now, { longest: 15 });
  return { used, segments: [{ grain: 1, from: new Date(span.from), to: new Date(used.to) }] };
}

type Place = Partial<SumsRow> & { place: number; activity?: string | number | null };

/** The total by the place of its bucket in the list, from 1. */
async function readPlaces(
  db: Db,
  { metric, ...asked }: SumsQuestion & { metric: SeriesMetric; exact: true | readonly number[] },
  starts: readonly number[],
): Promise<Map<number, Place>> {
  if (starts.length === 0) return new Map();
  const edges = starts.map((start) => new Date(start).toISOString());
  const columns = isActivityMetric(metric)
    ? sql`${activityAggregate(metric)} as activity`
    : sumColumnsOf(columnsOf([metric]));
  const { rows } = await sql<Place>`
    select width_bucket(r.bucket, ${edges}::timestamptz[]) as place, ${columns}
    ${rollupRows(asked)} group by 1`.execute(db);
  return new Map(rows.map((row) => [row.place, row]));
}

/** The value of one bucket, and of money how many calls are missing from it. */
function bucketOf(metric: SeriesMetric, row: Place | undefined): { value: number | null; unpriced_calls?: number } {
  if (isActivityMetric(metric)) {
    const activity = row?.activity ?? null;
    return { value: activity === null ? activityOfNothing(metric) : Number(activity) };
  }
  const sums = toSums(row);
  return { value: sums[metric], ...(metric === 'cost_usd' ? { unpriced_calls: sums.unpriced_calls } : {}) };
}

/** One total over time, in buckets that follow each other without a gap, also where nothing happened. */
export async function readTimeseries(db: Db, asked: TimeseriesQuestion): Promise<TimeseriesAnswer> {
  const { teamId, span, now, filter, metric, timeZone } = asked;
  const cube = cubeFor(familyOf(metric), filteredBy(filter));
  return inSnapshot(db, async (snapshot) => {
    const first = span.from ?? (await firstTime(snapshot, { teamId, cube, filter })) ?? now;
    const { from, to } = bucketsOf({ from: first, to: span.to }, now, { longest: 15 }).used;
    const bounds = { from: from ?? first, to: Math.min(to, now) };
    // An edge in the middle of an hour makes it one more.
    const bucket = asked.bucket ?? ((bounds.to - bounds.from) / lengths.hour > mostBuckets - 2 ? 'day' : 'hour');
    if (span.from === null && (bounds.to - bounds.from) / lengths.day > mostBuckets - 2) refuseAge(first);
    const question = { ...asked, bucket };
    const starts = first < bounds.to ? startsOf(question, bounds) : [];
    const { used, segments } = segmentsOf(question, { from: bounds.from, to: span.to }, starts);
    const exact = bucket === 'day' ? starts : true;
    const byPlace = await readPlaces(snapshot, { teamId, cube, segments, filter, exact, metric }, starts);
    const since = span.from === null ? Number.NEGATIVE_INFINITY : bounds.from;
    return {
      ...usedPeriod({ used: { from: span.from === null ? null : used.from, to: used.to }, segments }),
      metric,
      bucket,
      time_zone: timeZone,
      buckets: starts.slice(0, -1).map((start, index) => {
        const end = starts[index + 1] ?? start;
        return {
          start: new Date(start).toISOString(),
          end: new Date(end).toISOString(),
          ...bucketOf(metric, byPlace.get(index + 1)),
          complete: start >= since && end <= Math.min(used.to, now),
        };
      }),
    };
  });
}
