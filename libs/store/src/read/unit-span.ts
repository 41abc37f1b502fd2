import { sql, type RawBuilder } from 'kysely';
import { bucketRows, withTwoHours, type SeriesFilter } from './rollup-rows.ts';
import type { Buckets } from './span.ts';

type Sql = RawBuilder<unknown>;

/** Whether a period is all there is: then totals alone answer, and an index leads to the dearest. An empty one is not. */
export const isAllTime = ({ segments }: Pick<Buckets, 'segments'>): boolean =>
  segments.length > 0 && segments.every(({ grain }) => grain === 0);

/** The cube of units that holds a filter. */
export const unitCubeOf = ({ model, provider }: SeriesFilter): 'unit' | 'unit_model' =>
  model === undefined && provider === undefined ? 'unit' : 'unit_model';

type Span = { overlaps: Sql; within: Sql; across: readonly Sql[]; certain: Sql };

/**
 * How a total, of the alias `name`, lies to a period: `within` needs none of its buckets. Of all time everything is. The
 * others lie `across` its end, or across its beginning alone: each a range that an index by time can tell, with both ends
 * said, because who plans for any value takes a range with one for a third of all there is. `certain`: of those, there is
 * something in the period for sure, because its first or its last bucket is in it.
 */
export function spanOf({ used }: Pick<Buckets, 'used'>, name = 't'): Span {
  const [from, to] = [used.from === null ? null : new Date(used.from), new Date(used.to)];
  const since = (column: Sql): Sql[] => (from === null ? [] : [sql`${column} >= ${from}::timestamptz`]);
  const [first, last] = [sql.ref(`${name}.first_at`), sql.ref(`${name}.last_at`)];
  return {
    overlaps: sql.join([...since(last), sql`${first} < ${to}::timestamptz`], sql` and `),
    within: sql`(${sql.join([...since(first), sql`${last} < ${to}::timestamptz`], sql` and `)})`,
    across: [
      sql`${last} >= ${to}::timestamptz and ${last} < 'infinity' and ${first} < ${to}::timestamptz`,
      ...(from === null
        ? []
        : [sql`${last} >= ${from}::timestamptz and ${last} < ${to}::timestamptz and ${first} < ${from}::timestamptz`]),
    ],
    certain:
      from === null
        ? sql`not ${sql.ref(`${name}.loose`)}`
        : sql`(not ${sql.ref(`${name}.loose`)} and (${first} >= ${from}::timestamptz or ${last} < ${to}::timestamptz))`,
  };
}

/**
 * The rows of `columns` (of the alias `r`) within the period of a unit of the alias `unit`: its total where all of it is
 * within, else its buckets; a length that it cannot have any of is not looked for.
 */
export function rowsOfUnit(
  { teamId, buckets }: { teamId: string; buckets: Buckets },
  unit: string,
  columns: readonly string[],
): Sql {
  const { within } = spanOf(buckets, unit);
  const of = (alias: string): Sql => sql.join(columns.map((name) => sql.ref(`${alias}.${name}`)));
  const [first, last] = [sql.ref(`${unit}.first_at`), sql.ref(`${unit}.last_at`)];
  const rows = bucketRows(
    'rollup',
    buckets.segments.flatMap((segment) => withTwoHours(segment)),
    [sql`r.team_id = ${teamId}`, sql`r.series_id = ${sql.ref(`${unit}.series_id`)}`],
    {
      columns: of('r'),
      ofSegment: (segment) => [
        sql`not ${within}`,
        ...(segment.to === null ? [] : [sql`${first} < ${segment.to}::timestamptz`]),
        ...(segment.from === null ? [] : [sql`${last} >= ${segment.from}::timestamptz`]),
      ],
    },
  );
  return sql`(select ${of(unit)} where ${within} union all select * from ${rows} r)`;
}

/**
 * The sums of the period by `key` of the units of a materialized query called `unit`, of which it reads `key`, `series_id`,
 * `first_at`, `last_at`, `within` and the columns that are summed. Of many units most lie within: those need not be asked for
 * their buckets.
 */
export function sumsOfUnits(
  question: { teamId: string; buckets: Buckets },
  columns: readonly string[],
  having: Sql,
): Sql {
  const named = (alias: string): Sql => sql.join(columns.map((name) => sql.ref(`${alias}.${name}`)));
  const sums = sql.join(columns.map((name) => sql`sum(${sql.ref(`r.${name}`)}) as ${sql.ref(name)}`));
  const across = sql`unit cross join lateral ${rowsOfUnit(question, 'unit', columns)} r where not within`;
  return sql`select key, ${sums} from (select key, ${named('unit')} from unit where within union all
      select key, ${named('r')} from ${across}) r
    group by key ${having}`;
}
