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

/** Over the alias `r`. */
export const boundsOf = ({ grain, from, to }: Segment): Sql[] => [
  sql`r.grain = ${sql.lit(grain)}`,
  ...(from === null ? [] : [sql`r.bucket >= ${from}::timestamptz`]),
  ...(to === null ? [] : [sql`r.bucket < ${to}::timestamptz`]),
];

const quarterHour = 15 * 60_000;
const twoHours = 8 * quarterHour;

/** Where a cube has buckets of two hours, those take the place of the quarter hours they consist of. */
export function withTwoHours(segment: Segment): Segment[] {
  const { grain, from, to } = segment;
  if (grain !== 15 || from === null || to === null) return [segment];
  const first = new Date(Math.ceil(from.getTime() / twoHours) * twoHours);
  const last = new Date(Math.floor(to.getTime() / twoHours) * twoHours);
  if (first >= last) return [segment];
  const parts: Segment[] = [
    { grain: 15, from, to: first },
    { grain: 120, from: first, to: last },
    { grain: 15, from: last, to },
  ];
  return parts.filter((part) => part.grain === 120 || (part.from ?? from) < (part.to ?? to));
}

/**
 * The rows of a table of buckets that together are the period, each counted once, as a table to select from. A part per
 * length, because each finds its own range in an index; one condition over all of them would read far more.
 */
export function bucketRows(
  table: 'rollup' | 'rollup_bin',
  segments: readonly Segment[],
  conditions: readonly Sql[],
  ofSegment: (segment: Segment) => readonly Sql[] = () => [],
): Sql {
  const rows = (where: readonly Sql[]): Sql =>
    sql`select r.* from ${sql.table(table)} r where ${sql.join([...conditions, ...where], sql` and `)}`;
  if (segments.length === 0) return sql`(${rows([sql`false`])})`;
  return sql`(${sql.join(
    segments.map((segment) => rows([...boundsOf(segment), ...ofSegment(segment)])),
    sql` union all `,
  )})`;
}

/** Of one team and cube, or two; that the short-lived ids are absent where a cube has none leads to the index of the others. */
function ofCubes(teamId: string, names: readonly CubeName[]): Sql {
  const dims = cubes.filter(({ name }) => names.includes(name)).flatMap((cube) => cube.dims);
  const short = dims.includes('session_id')
    ? []
    : [sql`s.session_id is null and s.task_id is null and s.run_id is null`];
  const isNamed =
    names.length === 1 ? sql`s.cube = ${names[0]}` : sql`s.cube in (${sql.join(names.map((name) => sql.lit(name)))})`;
  return sql.join([sql`s.team_id = ${teamId} and ${isNamed}`, ...short], sql` and `);
}

type RowsQuestion = {
  teamId: string;
  cube: CubeName;
  segments: readonly Segment[];
  filter?: SeriesFilter;
  /** Only the lengths that the segments name: their rows are put into other buckets than days or all time. */
  exact?: boolean;
};

/**
 * Series are found first and then the buckets of each. A cube of units has too many series for that: without the id of a
 * session, task or run ask `rankedUnits` which units there are.
 */
function rowsBySeries(table: 'rollup' | 'rollup_bin', question: RowsQuestion, conditions: readonly Sql[]): Sql {
  const { teamId, cube, segments, filter = {}, exact = false } = question;
  const { twoHours, shorterIn = cube } = cubes.find((one) => one.name === cube) ?? {};
  const parts = twoHours === true && !exact && table === 'rollup' ? segments.flatMap(withTwoHours) : segments;
  const ofSeries = [sql`r.team_id = ${teamId}`, sql`r.series_id = s.series_id`, ...conditions];
  const cubeOf = ({ grain }: Segment): CubeName => (grain === 0 || grain === 1440 ? cube : shorterIn);
  const names = [...new Set(parts.map(cubeOf))];
  const where = [ofCubes(teamId, names.length === 0 ? [cube] : names), ...seriesConditions(filter)];
  const ofSegment = (segment: Segment): Sql[] => (names.length > 1 ? [sql`s.cube = ${sql.lit(cubeOf(segment))}`] : []);
  return sql`from series s cross join lateral ${bucketRows(table, parts, ofSeries, ofSegment)} r
    where ${sql.join(where, sql` and `)}`;
}

/** `from …` of one team and cube within a period: `r` has the measures, `s` the dimensions. */
export const rollupRows = (question: RowsQuestion): Sql => rowsBySeries('rollup', question, []);

/** The same for latency bins, which only small cubes have. */
export const binRows = (question: RowsQuestion, measure: BinMeasure): Sql =>
  rowsBySeries('rollup_bin', question, [sql`r.measure = ${measure}`]);
