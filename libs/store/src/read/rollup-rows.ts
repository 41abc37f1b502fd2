import { sql, type RawBuilder } from 'kysely';
import type { CubeName, Dimension } from '../rollup/cubes.ts';
import type { Segment } from './span.ts';

type Sql = RawBuilder<unknown>;

/** Values of dimensions; what is left out is not filtered by. */
export type SeriesFilter = Partial<Record<Dimension, string | readonly string[] | undefined>>;

function isOneOf([name, value]: [string, string | readonly string[] | undefined]): Sql[] {
  if (value === undefined) return [];
  const column = sql.ref(`s.${name}`);
  return typeof value === 'string' ? [sql`${column} = ${value}`] : [sql`${column} = any(${[...value]}::text[])`];
}

export const seriesConditions = (filter: SeriesFilter): Sql[] => Object.entries(filter).flatMap(isOneOf);

const inSegment = ({ grain, from, to }: Segment): Sql => {
  const conditions = [
    sql`r.grain = ${sql.lit(grain)}`,
    ...(from === null ? [] : [sql`r.bucket >= ${from}::timestamptz`]),
    ...(to === null ? [] : [sql`r.bucket < ${to}::timestamptz`]),
  ];
  return sql`(${sql.join(conditions, sql` and `)})`;
};

/** Buckets of different lengths that together are the period, each counted once. */
export const inSegments = (segments: readonly Segment[]): Sql =>
  segments.length === 0 ? sql`false` : sql`(${sql.join(segments.map(inSegment), sql` or `)})`;

/** `from rollup r join series s …` of one team and cube, within a period. */
export function rollupRows(question: {
  teamId: string;
  cube: CubeName;
  segments: readonly Segment[];
  filter?: SeriesFilter;
}): Sql {
  const { teamId, cube, segments, filter = {} } = question;
  const conditions = [
    sql`r.team_id = ${teamId}`,
    sql`r.cube = ${cube}`,
    inSegments(segments),
    sql`s.team_id = ${teamId}`,
    ...seriesConditions(filter),
  ];
  return sql`from rollup r join series s on s.team_id = r.team_id and s.series_id = r.series_id
    where ${sql.join(conditions, sql` and `)}`;
}
