import type { Sums } from '@telltale/contracts/sums';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { periodOf, type MetricsQuestion, type UsedPeriod } from './metrics-question.ts';
import { rollupRows } from './rollup-rows.ts';
import { sumColumns, toSums, type SumsRow } from './sums-row.ts';
import { totalOf } from './total-of.ts';

export type RankQuestion = MetricsQuestion & { by: 'agent_id' | 'task_id'; limit: number; offset: number };

/** Totals of the period by agent or task, most expensive first, and how many there are. */
export async function rankSums(
  db: Db,
  question: RankQuestion,
): Promise<UsedPeriod & { ranked: { key: string; sums: Sums }[]; total: number }> {
  const { teamId, filter, by, limit, offset } = question;
  const { segments, period } = periodOf(question);
  const cube = cubeFor('activity', [...filteredBy(filter), by]);
  const key = sql`s.${sql.ref(by)}`;
  const found = sql`${rollupRows({ teamId, cube, segments, filter })} and ${key} is not null`;
  const { rows } = await sql<SumsRow & { key: string; total: number }>`
    select ${key} as key, ${sumColumns}, count(*) over () as total
    ${found}
    group by 1 order by sum(r.cost_usd) desc nulls last, 1 limit ${limit} offset ${offset}`.execute(db);
  const total = await totalOf(db, { rows, offset }, sql`select ${key} ${found} group by 1`);
  return { ...period, ranked: rows.map((row) => ({ key: row.key, sums: toSums(row) })), total };
}
