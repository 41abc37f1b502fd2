import { sql, type RawBuilder } from 'kysely';
import { cubeNamed, type BinGrain, type Cube, type CubeName, type Dimension } from '../rollup/cubes.ts';
import type { BinMeasure } from '../rollup/measures.ts';
import type { Segment } from './span.ts';

type Sql = RawBuilder<unknown>;

type Value = string | readonly string[] | Readonly<Record<string, string>> | undefined;

/**
 * Values of dimensions; what is left out is not filtered by. `labels` are pairs that must all be there: only labels that
 * the team allows as dimensions are kept in rollups, see `readLabelNames`.
 */
export type SeriesFilter = Partial<Record<Exclude<Dimension, 'labels'>, string | readonly string[] | undefined>> & {
  labels?: Readonly<Record<string, string>> | undefined;
};

const isList = (value: NonNullable<Value>): value is readonly string[] => Array.isArray(value);

function isOneOf(alias: string, name: string, value: Value): Sql[] {
  if (value === undefined) return [];
  const column = sql.ref(`${alias}.${name}`);
  if (typeof value === 'string') return [sql`${column} = ${value}`];
  if (isList(value)) return [sql`${column} = any(${[...value]}::text[])`];
  return Object.keys(value).length === 0 ? [] : [sql`${column} @> ${JSON.stringify(value)}::jsonb`];
}

/** Over the dimensions of `alias`. */
export const seriesConditions = (filter: SeriesFilter, alias = 's'): Sql[] =>
  Object.entries(filter).flatMap(([name, value]) => isOneOf(alias, name, value));

/** Buckets of one length; `only` these of them, or all `without` these. */
type Part = Omit<Segment, 'grain'> & {
  grain: Segment['grain'] | BinGrain;
  only?: readonly Date[];
  without?: readonly Date[];
};

/** Over the alias `r`. */
export const boundsOf = ({ grain, from, to, only, without }: Part): Sql[] => [
  sql`r.grain = ${sql.lit(grain)}`,
  ...(only === undefined ? [] : [sql`r.bucket = any(${[...only]}::timestamptz[])`]),
  ...(without === undefined ? [] : [sql`r.bucket <> all(${[...without]}::timestamptz[])`]),
  ...(from === null ? [] : [sql`r.bucket >= ${from}::timestamptz`]),
  ...(to === null ? [] : [sql`r.bucket < ${to}::timestamptz`]),
];

const quarterHour = 15 * 60_000;
const twoHours = 8 * quarterHour;
const fourDays = 48 * twoHours;

const quartersOf = (start: Date): Date[] =>
  Array.from({ length: twoHours / quarterHour }, (_, place) => new Date(start.getTime() + place * quarterHour));

/**
 * Where a cube has buckets of two hours, those take the place of the quarter hours they consist of; not where one of
 * `cuts` (epoch ms) lies within them.
 */
export function withTwoHours(segment: Segment, cuts: readonly number[] = []): Part[] {
  const { grain, from, to } = segment;
  if (grain !== 15 || from === null || to === null) return [segment];
  const first = new Date(Math.ceil(from.getTime() / twoHours) * twoHours);
  const last = new Date(Math.floor(to.getTime() / twoHours) * twoHours);
  if (first >= last) return [segment];
  const within = cuts.filter((cut) => cut % twoHours !== 0 && cut > first.getTime() && cut < last.getTime());
  const cut = [...new Set(within.map((time) => Math.floor(time / twoHours) * twoHours))].map((time) => new Date(time));
  const parts: Part[] = [
    { grain: 15, from, to: first },
    { grain: 120, from: first, to: last, ...(cut.length > 0 && { without: cut }) },
    ...(cut.length > 0 ? [{ grain: 15, from: first, to: last, only: cut.flatMap(quartersOf) } as const] : []),
    { grain: 15, from: last, to },
  ];
  return parts.filter((part) => (part.from ?? from) < (part.to ?? to));
}

/** Latencies have buckets of four days, which take the place of the days they consist of. */
function withFourDays(part: Part): Part[] {
  const { grain, from, to } = part;
  if (grain !== 1440 || from === null || to === null) return [part];
  const first = new Date(Math.ceil(from.getTime() / fourDays) * fourDays);
  const last = new Date(Math.floor(to.getTime() / fourDays) * fourDays);
  if (first >= last) return [part];
  const parts: Part[] = [
    { grain: 1440, from, to: first },
    { grain: 5760, from: first, to: last },
    { grain: 1440, from: last, to },
  ];
  return parts.filter((one) => (one.from ?? from) < (one.to ?? to));
}

/** Buckets of a length by name: planning a part takes half as long where the others need not be ruled out first. */
const partitions: Record<Part['grain'], string> = {
  0: 'rollup_ever',
  1: 'rollup_minute',
  15: 'rollup_quarter',
  120: 'rollup_two_hours',
  1440: 'rollup_day',
  5760: 'rollup',
};

/**
 * The rows of a table of buckets that together are the period, each counted once, as a table to select from. A part per
 * length, because each finds its own range in an index; one condition over all of them would read far more. `columns`: where
 * few are read and parts are many, naming them takes a third off the planning.
 */
export function bucketRows(
  table: 'rollup' | 'rollup_bin',
  segments: readonly Part[],
  conditions: readonly Sql[],
  { ofSegment = () => [], columns = sql`r.*` }: { ofSegment?: (segment: Part) => readonly Sql[]; columns?: Sql } = {},
): Sql {
  const rows = (from: string, where: readonly Sql[]): Sql =>
    sql`select ${columns} from ${sql.table(from)} r where ${sql.join([...conditions, ...where], sql` and `)}`;
  if (segments.length === 0) return sql`(${rows(table, [sql`false`])})`;
  return sql`(${sql.join(
    segments.map((segment) =>
      rows(table === 'rollup' ? partitions[segment.grain] : table, [...boundsOf(segment), ...ofSegment(segment)]),
    ),
    sql` union all `,
  )})`;
}

/** Of one team and cube; that the short-lived ids are absent where a cube has none leads to the index of the others. */
function ofCube(teamId: string, { name, dims }: Cube): Sql {
  const short = dims.includes('session_id')
    ? []
    : [sql`s.session_id is null and s.task_id is null and s.run_id is null`];
  return sql.join([sql`s.team_id = ${teamId} and s.cube = ${name}`, ...short], sql` and `);
}

type RowsQuestion = {
  teamId: string;
  cube: CubeName;
  segments: readonly Segment[];
  filter?: SeriesFilter;
  /**
   * Rows are put into other buckets than those they are read from, and none may lie in two: only the lengths that the
   * segments name are read, or those that none of these times (epoch ms) cuts.
   */
  exact?: boolean | readonly number[];
};

/**
 * Since when and until when there is anything of a unit is known (`unit_total`): one that lies within the period is read as a
 * whole, of the others only the parts of the period that they can have anything in. A task of many sessions has thousands.
 */
function ofUnits(segments: readonly Segment[], isExact: boolean): { ever: Part[]; within: Sql } | null {
  const [from, to] = [segments[0]?.from ?? null, segments.at(-1)?.to ?? null];
  if (isExact || from === null || to === null) return null;
  return {
    ever: [{ grain: 0, from: null, to: null }],
    within: sql`(s.first_at >= ${from}::timestamptz and s.last_at < ${to}::timestamptz)`,
  };
}

/** That a unit of an alias can have anything since a time, in a way that the indexes by session, task and run tell. */
export const activeSince = (from: Date | null, unit: string): Sql[] =>
  from === null ? [] : [sql`${sql.ref(`${unit}.last_day`)} >= ${from.toISOString().slice(0, 10)}::date`];

/** What a unit must be for a part of the period to be looked into. */
const canHave = ({ from, to }: Part): Sql[] => [
  ...(to === null ? [] : [sql`s.first_at < ${to}::timestamptz`]),
  ...(from === null ? [] : [sql`s.last_at >= ${from}::timestamptz`]),
];

/** The series that a question is about, of the alias `s`, and the buckets of one of them. */
function seriesAndRows(table: 'rollup' | 'rollup_bin', question: RowsQuestion, conditions: readonly Sql[]) {
  const { teamId, cube: name, segments, filter = {}, exact = false } = question;
  const cube = cubeNamed(name);
  const cuts = exact === false ? [] : exact;
  const hasTwoHours = cube.twoHours === true && cuts !== true;
  const shortened = hasTwoHours ? segments.flatMap((segment) => withTwoHours(segment, cuts)) : segments;
  const parts: readonly Part[] = table === 'rollup' ? shortened : shortened.flatMap(withFourDays);
  const ofSeries = [sql`r.team_id = ${teamId}`, sql`r.series_id = s.series_id`, ...conditions];
  const hasSpan = (name === 'unit' || name === 'unit_model') && parts.every(({ grain }) => grain !== 0);
  const units = hasSpan ? ofUnits(segments, exact !== false) : null;
  const since = hasSpan ? activeSince(segments[0]?.from ?? null, 's') : [];
  const ofSegment = (part: Part): Sql[] => {
    if (units === null) return hasSpan ? canHave(part) : [];
    return part.grain === 0 ? [units.within] : [sql`not ${units.within}`, ...canHave(part)];
  };
  return {
    series: sql.table(hasSpan ? 'unit_total' : 'series'),
    which: sql.join([ofCube(teamId, cube), ...seriesConditions(filter), ...since], sql` and `),
    rows: bucketRows(table, [...(units?.ever ?? []), ...parts], ofSeries, { ofSegment }),
  };
}

/**
 * `from …` of one team and cube within a period: `r` has the measures, `s` the dimensions. Series are found first and then
 * the buckets of each. A cube of units has too many series for that: without the id of a session, task or run ask
 * `rankedPage` which there are.
 */
export function rollupRows(question: RowsQuestion): Sql {
  const { series, which, rows } = seriesAndRows('rollup', question, []);
  return sql`from ${series} s cross join lateral ${rows} r
    where ${which}`;
}

/**
 * The same for latency bins, which only small cubes have: one row (of the alias `made`) for each combination of the
 * dimensions `by`, as `key`, with what `merged` makes of its rows (of the alias `r`). Taken apart by combination, bins alone
 * tell what is added up: with the names of models or tools beside them that takes a third more.
 */
export function binRows(
  question: RowsQuestion,
  { by, measure, merged }: { by: readonly Dimension[]; measure: BinMeasure; merged: (from: Sql) => Sql },
): Sql {
  const { series, which, rows } = seriesAndRows('rollup_bin', question, [sql`r.measure = ${measure}`]);
  const values = sql.join(by.map((name) => sql.ref(`s.${name}`)));
  return sql`from (select array[${values}] as key, array_agg(s.series_id) as ids from ${series} s where ${which} group by ${values}) named
    cross join lateral (${merged(sql`unnest(named.ids) as s (series_id) cross join lateral ${rows} r`)}) made`;
}
