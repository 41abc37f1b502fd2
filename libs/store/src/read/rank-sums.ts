import type { Sums } from '@telltale/contracts/sums';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { periodOf, type MetricsQuestion, type UsedPeriod } from './metrics-question.ts';
import { rollupRows } from './rollup-rows.ts';
import { sumColumns, toSums, type SumsRow } from './sums-row.ts';

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
  const { rows } = await sql<SumsRow & { key: string; total: number }>`
    select ${key} as key, ${sumColumns}, count(*) over () as total
    ${rollupRows({ teamId, cube, segments, filter })} and ${key} is not null
    group by 1 order by sum(r.cost_usd) desc nulls last, 1 limit ${limit} offset ${offset}`.execute(db);
  return { ...period, ranked: rows.map((row) => ({ key: row.key, sums: toSums(row) })), total: rows[0]?.total ?? 0 };
}
