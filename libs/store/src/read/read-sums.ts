import type { Sums } from '@telltale/contracts/sums';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { plannedOnce } from '../planned-once.ts';
import type { CubeName, Dimension } from '../rollup/cubes.ts';
import { rollupRows, type SeriesFilter } from './rollup-rows.ts';
import type { Segment } from './span.ts';
import { columnsOf, sumColumns, sumColumnsOf, toSums, type SumsRow } from './sums-row.ts';

export type SumsQuestion = {
  teamId: string;
  cube: CubeName;
  segments: readonly Segment[];
  filter?: SeriesFilter;
};

/** Totals of everything the filter leaves; `only` these of them, where the others are not looked at. */
export async function readSums(
  db: Db,
  question: SumsQuestion,
  { only }: { only?: readonly (keyof Sums)[] } = {},
): Promise<Sums> {
  const columns = only === undefined ? sumColumns : sumColumnsOf(columnsOf(only));
  const { rows } = await sql<Partial<SumsRow>>`select ${columns} ${rollupRows(question)}`.execute(db);
  return toSums(rows[0]);
}

/** Totals by the values of one dimension; what has none is left out. `isFrequent`: asked all the time in few shapes. */
export async function readSumsBy(
  db: Db,
  by: Dimension,
  question: SumsQuestion & { isFrequent?: boolean },
): Promise<Map<string, Sums>> {
  const column = sql.ref(`s.${by}`);
  const { rows } = await sql<SumsRow & { key: string }>`${question.isFrequent === true ? plannedOnce : sql``}
    select ${column} as key, ${sumColumns} ${rollupRows(question)} and ${column} is not null group by 1`.execute(db);
  return new Map(rows.map((row) => [row.key, toSums(row)]));
}
