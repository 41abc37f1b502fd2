import type { Sums } from '@telltale/contracts/sums';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { periodOf, type MetricsQuestion } from './metrics-question.ts';
import { rollupRows } from './rollup-rows.ts';
import { sumColumns, toSums, type SumsRow } from './sums-row.ts';

export type ModelSums = { provider: string | null; model: string; cache_write_1h_tokens: number } & Sums;

/** The totals of each model of a period, also of one session, task or run: without latencies. */
export async function readModelSums(db: Db, question: MetricsQuestion): Promise<ModelSums[]> {
  const { teamId, filter } = question;
  const { segments } = periodOf(question);
  const cube = cubeFor('llm', [...filteredBy(filter), 'provider', 'model']);
  const { rows } = await sql<SumsRow & { provider: string | null; model: string; written_1h: string | null }>`
    select s.provider, s.model, sum(r.cache_write_1h_tokens) as written_1h, ${sumColumns} ${rollupRows({ teamId, cube, segments, filter })}
    group by s.provider, s.model having sum(r.llm_calls) > 0`.execute(db);
  return rows.map((row) => ({
    provider: row.provider,
    model: row.model,
    cache_write_1h_tokens: Number(row.written_1h ?? 0),
    ...toSums(row),
  }));
}
