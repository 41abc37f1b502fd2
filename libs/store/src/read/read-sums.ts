import type { Sums } from '@telltale/contracts/sums';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import { plannedOnce } from '../planned-once.ts';
import type { CubeName, Dimension } from '../rollup/cubes.ts';
import { rollupRows, type SeriesFilter } from './rollup-rows.ts';
import type { Segment } from './span.ts';
import {
  columnsOf,
  exactCost,
  sumColumns,
  sumColumnsOf,
  toSums,
  type SumsRow,
  type WithExactCost,
} from './sums-row.ts';

export type SumsQuestion = {
  teamId: string;
  cube: CubeName;
  segments: readonly Segment[];
  filter?: SeriesFilter;
};

/**
 * Totals of everything the filter leaves, a row for `toSums`, with all of the money as it is; `only` these of them, where
 * the others are not looked at.
 */
export const exactSumsOf = (
  question: SumsQuestion,
  { only }: { only?: readonly (keyof Sums)[] } = {},
): RawBuilder<WithExactCost<Partial<SumsRow>>> =>
  sql`select ${only === undefined ? sumColumns : sumColumnsOf(columnsOf(only))}, ${exactCost} ${rollupRows(question)}`;

/** All totals of everything the filter leaves. */
export async function readSums(db: Db, question: SumsQuestion): Promise<Sums> {
  const { rows } = await sql<SumsRow>`select ${sumColumns} ${rollupRows(question)}`.execute(db);
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
