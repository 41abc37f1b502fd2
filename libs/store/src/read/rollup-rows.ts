import { sql, type RawBuilder } from 'kysely';
import { cubes, type CubeName, type Dimension } from '../rollup/cubes.ts';
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

function isOneOf([name, value]: [string, Value]): Sql[] {
  if (value === undefined) return [];
  const column = sql.ref(`s.${name}`);
  if (typeof value === 'string') return [sql`${column} = ${value}`];
  if (isList(value)) return [sql`${column} = any(${[...value]}::text[])`];
  return Object.keys(value).length === 0 ? [] : [sql`${column} @> ${JSON.stringify(value)}::jsonb`];
}

const seriesConditions = (filter: SeriesFilter): Sql[] => Object.entries(filter).flatMap(isOneOf);

const boundsOf = ({ grain, from, to }: Segment): Sql[] => [
  sql`r.grain = ${sql.lit(grain)}`,
  ...(from === null ? [] : [sql`r.bucket >= ${from}::timestamptz`]),
  ...(to === null ? [] : [sql`r.bucket < ${to}::timestamptz`]),
];

/** That a row (of the alias `r`) lies in the period; for questions that an id has narrowed to a few rows. */
export const inSegments = (segments: readonly Segment[]): Sql =>
  segments.length === 0
    ? sql`false`
    : sql`(${sql.join(
        segments.map((segment) => sql`(${sql.join(boundsOf(segment), sql` and `)})`),
        sql` or `,
      )})`;

/**
 * The rows of a table of buckets that together are the period, each counted once, as a table to select from. A part per
 * length, because each finds its own range in an index; one condition over all of them would read far more.
 */
function bucketRows(table: 'rollup' | 'rollup_bin', segments: readonly Segment[], conditions: readonly Sql[]): Sql {
  const rows = (where: readonly Sql[]): Sql =>
    sql`select r.* from ${sql.table(table)} r where ${sql.join([...conditions, ...where], sql` and `)}`;
  if (segments.length === 0) return sql`(${rows([sql`false`])})`;
  return sql`(${sql.join(
    segments.map((segment) => rows(boundsOf(segment))),
    sql` union all `,
  )})`;
}

/** Of one team and cube; that the short-lived ids are absent where a cube has none leads to the index of the others. */
function ofCube(teamId: string, cube: CubeName): Sql {
  const dims = cubes.find((one) => one.name === cube)?.dims ?? [];
  const short = dims.includes('session_id')
    ? []
    : [sql`s.session_id is null and s.task_id is null and s.run_id is null`];
  return sql.join([sql`s.team_id = ${teamId} and s.cube = ${cube}`, ...short], sql` and `);
}

type RowsQuestion = { teamId: string; cube: CubeName; segments: readonly Segment[]; filter?: SeriesFilter };

/** Series are found first and then the buckets of each: right when there are few, which only the units' cubes break. */
function rowsBySeries(table: 'rollup' | 'rollup_bin', question: RowsQuestion, conditions: readonly Sql[]): Sql {
  const { teamId, cube, segments, filter = {} } = question;
  const ofSeries = [sql`r.team_id = ${teamId}`, sql`r.series_id = s.series_id`, ...conditions];
  const where = [ofCube(teamId, cube), ...seriesConditions(filter)];
  return sql`from series s cross join lateral ${bucketRows(table, segments, ofSeries)} r
    where ${sql.join(where, sql` and `)}`;
}

/** Buckets are found first: what happened in a period is little beside all sessions that ever were. */
function rowsByBucket({ teamId, cube, segments, filter = {} }: RowsQuestion): Sql {
  const rows = bucketRows('rollup', segments, [sql`r.team_id = ${teamId}`, sql`r.cube = ${cube}`]);
  const where = [ofCube(teamId, cube), ...seriesConditions(filter)];
  return sql`from ${rows} r join series s on s.team_id = r.team_id and s.series_id = r.series_id
    where ${sql.join(where, sql` and `)}`;
}

/** `from …` of one team and cube within a period: `r` has the measures, `s` the dimensions. */
export function rollupRows(question: RowsQuestion): Sql {
  const { cube, filter = {} } = question;
  const few =
    !cube.startsWith('unit') || [filter.session_id, filter.task_id, filter.run_id].some((id) => id !== undefined);
  return few ? rowsBySeries('rollup', question, []) : rowsByBucket(question);
}

/** The same for latency bins, which only small cubes have. */
export const binRows = (question: RowsQuestion, measure: BinMeasure): Sql =>
  rowsBySeries('rollup_bin', question, [sql`r.measure = ${measure}`]);
