import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { cubes, dimensions, grains, grainsOf, type Cube, type Grain } from '../cubes.ts';
import { measures, type Measure } from '../measures.ts';
import { mergeTotals } from './merge-totals.ts';

const namesOf = (own: readonly Measure[]): RawBuilder<unknown> => sql.join(own.map(({ name }) => sql.ref(name)));
const sumsOf = (own: readonly Measure[]): RawBuilder<unknown> =>
  sql.join(
    own.map(({ name, merge }) => {
      const column = sql.ref(name);
      return merge === 'sum' ? sql`sum(${column}) as ${column}` : sql`max(${column}) as ${column}`;
    }),
  );
export const measureNames = namesOf(measures);
/** Sums and peaks over rows of fold_cell or rollup. */
export const measureSums = sumsOf(measures);

/** What is there and what comes, added up; a measure that nobody had a say in stays null. */
export const addedTo = (own: readonly Pick<Measure, 'name' | 'merge'>[]): RawBuilder<unknown> =>
  sql.join(
    own.map(({ name, merge }) => {
      const [column, old, more] = [sql.ref(name), sql.ref(`t.${name}`), sql.ref(`excluded.${name}`)];
      return merge === 'sum'
        ? sql`${column} = coalesce(${old} + ${more}, ${more}, ${old})`
        : sql`${column} = greatest(${old}, ${more})`;
    }),
  );

/** Which buckets are wanted: minutes older than `minutesSince` are not kept. */
export type Wanted = { minutesSince: Date; grains?: readonly Grain[] };

/**
 * Cubes that hold the same measures are merged by one statement with no other column: most cells are of one model, tool
 * or service, and summing what they never have costs more than what they have.
 */
type Group = { cubes: readonly Cube[]; measures: readonly Measure[] };
const groups: readonly Group[] = Map.groupBy(cubes, ({ families }) => families.join())
  .values()
  .map((same) => ({
    cubes: same,
    measures: measures.filter(({ family }) => same.every(({ families }) => families.includes(family))),
  }))
  .toArray();

const isCube = (names: readonly Cube[]): RawBuilder<unknown> =>
  sql`cube in (${sql.join(names.map(({ name }) => sql.lit(name)))})`;

const bins: Partial<Record<Grain, string>> = { 15: '15 minutes', 120: '2 hours', 1440: '24 hours' };
const bucketOf = (grain: Grain): RawBuilder<unknown> => {
  const length = bins[grain];
  return length === undefined
    ? sql`timestamptz 'epoch'`
    : sql`date_bin(${sql.lit(length)}, bucket, timestamptz 'epoch')`;
};

/** Longer buckets are summed from shorter ones, so that each minute is read once. */
const longer = (grain: Grain, from: string, own: readonly Measure[], where = sql``): RawBuilder<unknown> => sql`
  select cube, ${bucketOf(grain)} as bucket, series_id, ${sumsOf(own)} from ${sql.table(from)} ${where} group by 1, 2, 3`;

/** fold_cell of a group of cubes, by grain. */
function groupByGrain(group: Group, { minutesSince, grains: wanted = grains }: Wanted): RawBuilder<unknown> {
  const own = group.measures;
  const withGrain = (grain: Grain): readonly Cube[] => group.cubes.filter((cube) => grainsOf(cube).includes(grain));
  const withTwoHours = withGrain(120);
  const rows = (grain: Grain, from: string, where = sql``): RawBuilder<unknown> =>
    sql`select cube, ${sql.lit(grain)}::smallint as grain, bucket, series_id, ${namesOf(own)} from ${sql.table(from)} ${where}`;
  const parts: Record<Grain, RawBuilder<unknown>> = {
    1: rows(1, 'fold_cell', sql`where ${isCube(withGrain(1))} and bucket >= ${minutesSince}`),
    15: rows(15, 'quarters', sql`where ${isCube(withGrain(15))}`),
    120: withTwoHours.length === 0 ? rows(120, 'quarters', sql`where false`) : rows(120, 'hours'),
    1440: rows(1440, 'days'),
    0: rows(0, 'ever'),
  };
  const hours =
    withTwoHours.length === 0
      ? sql``
      : sql`hours as (${longer(120, 'quarters', own, sql`where ${isCube(withTwoHours)}`)}),`;
  return sql`(
    with quarters as materialized (${longer(15, 'fold_cell', own, sql`where ${isCube(group.cubes)}`)}),
    ${hours}
    days as materialized (${longer(1440, 'quarters', own)}),
    ever as (${longer(0, 'days', own)})
    ${sql.join(
      wanted.map((grain) => parts[grain]),
      sql` union all `,
    )})`;
}

/** fold_cell by grain, all cubes with all measures. Read by the repair and the check. */
export const cellsByGrain = (wanted: Wanted): RawBuilder<unknown> =>
  sql.join(
    groups.map((group) => {
      const columns = measures.map(({ name, type }) =>
        group.measures.some((own) => own.name === name)
          ? sql.ref(name)
          : sql`null::${sql.raw(type)} as ${sql.ref(name)}`,
      );
      return sql`select cube, grain, bucket, series_id, ${sql.join(columns)} from ${groupByGrain(group, wanted)} as part`;
    }),
    sql` union all `,
  );

/** Makes the series that are new. Most are known: only of the others is a cell looked up that says their dimensions. Answers how many. */
export async function mergeSeries(trx: DbTransaction, teamId: string): Promise<number> {
  const dims = sql.join(dimensions.map((name) => sql.ref(name)));
  const { numAffectedRows = 0n } = await sql`insert into series (team_id, series_id, cube, ${dims})
    select ${teamId}, series_id, cube, ${dims} from fold_cell where ctid = any(array(
      select min(c.ctid) from fold_cell c group by c.series_id
      having not exists (select from series s where s.team_id = ${teamId} and s.series_id = c.series_id)))
    on conflict do nothing`.execute(trx);
  return Number(numAffectedRows);
}

/** Adds fold_cell to the rollups and the totals. Answers how many series are new. */
export async function mergeCells(trx: DbTransaction, teamId: string, wanted: Wanted): Promise<number> {
  const made = await mergeSeries(trx, teamId);
  for (const group of groups) {
    await sql`insert into rollup as t (team_id, cube, grain, bucket, series_id, ${namesOf(group.measures)})
      select ${teamId}, cells.* from ${groupByGrain(group, wanted)} cells
      on conflict (team_id, series_id, grain, bucket) do update set ${addedTo(group.measures)}`.execute(trx);
  }
  await mergeTotals(trx, teamId, wanted.minutesSince);
  return made;
}
