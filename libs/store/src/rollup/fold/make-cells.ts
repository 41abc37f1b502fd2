import type { RecordKind } from '@telltale/contracts/records/record';
import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { cubes, type Cube, type Dimension } from '../cubes.ts';
import { measures } from '../measures.ts';

/** The identity of a series: the cube and its dimensions, quoted as a PostgreSQL row so that no two are written alike. */
export const seriesId = ({ name, dims }: Cube): RawBuilder<unknown> =>
  sql`md5(row(${sql.join([sql.lit(name), ...dims.map((dim) => sql.ref(dim))])})::text)::uuid`;

const refs = (names: readonly Dimension[]) => names.map((name) => sql.ref(name));

/** Sums one cube by minute from fold_base, or from the larger cube it is a part of. */
function cubeInsert(cube: Cube, minutesSince: Date): RawBuilder<unknown> {
  const own = measures.filter(({ family }) => cube.families.includes(family));
  const sums = own.map(({ name, merge }) =>
    merge === 'sum' ? sql`sum(${sql.ref(name)})` : sql`max(${sql.ref(name)})`,
  );
  const columns = [...refs(cube.dims), ...own.map(({ name }) => sql.ref(name))];
  const minute =
    cube.from === null
      ? sql`case when minute >= ${minutesSince}::timestamptz then minute else date_bin('15 minutes', minute, timestamptz 'epoch') end`
      : sql.ref('bucket');
  const source = cube.from === null ? sql`fold_base` : sql`fold_cell`;
  const rows =
    cube.from !== null
      ? sql`cube = ${sql.lit(cube.from)}`
      : cube.needs === undefined
        ? sql`true`
        : sql`${sql.ref(cube.needs)} is not null`;
  return sql`insert into fold_cell (cube, series_id, bucket, ${sql.join(columns)})
    select ${sql.lit(cube.name)}, ${seriesId(cube)}, ${minute}, ${sql.join([...refs(cube.dims), ...sums])}
    from ${source} where ${rows} group by ${sql.join([sql.lit(3), ...refs(cube.dims)])}`;
}

/** Cubes of one family are empty where no record of its kind is. */
const kindOf = { llm: 'llm_call', tool: 'tool_call', service: 'service_call' } as const;

function canHold({ families }: Cube, kinds: readonly RecordKind[]): boolean {
  if (families.includes('activity')) return true;
  return Object.entries(kindOf).some(
    ([family, kind]) => families.some((one) => one === family) && kinds.includes(kind),
  );
}

/**
 * fold_base → fold_cell: every cube that records of `kinds` can be in, by minute. Minutes before `minutesSince` are not
 * kept; what is older is summed by quarter hour at once.
 */
export async function makeCells(trx: DbTransaction, kinds: readonly RecordKind[], minutesSince: Date): Promise<void> {
  for (const cube of cubes.filter((one) => canHold(one, kinds))) await cubeInsert(cube, minutesSince).execute(trx);
}
