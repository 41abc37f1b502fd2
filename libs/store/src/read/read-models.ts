import type { ModelRow } from '@telltale/contracts/http/metrics-detail';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { inWideSnapshot } from './in-snapshot.ts';
import { periodOf, type MetricsQuestion, type UsedPeriod } from './metrics-question.ts';
import { readPercentiles, type Percentiles } from './read-percentiles.ts';
import { rollupRows } from './rollup-rows.ts';
import { sumColumns, toSums, type SumsRow } from './sums-row.ts';

type Row = SumsRow & { model: string; seconds: string | null };

const rate = (tokens: number, seconds: number): number => (seconds > 0 ? Number((tokens / seconds).toFixed(3)) : 0);

function toModel(row: Row, latency: Percentiles | undefined, ttft: Percentiles | undefined): ModelRow {
  const sums = toSums(row);
  const seconds = Number(row.seconds ?? 0);
  return {
    model: row.model,
    ...sums,
    p50_latency_ms: latency?.p50 ?? null,
    p90_latency_ms: latency?.p90 ?? null,
    p95_latency_ms: latency?.p95 ?? null,
    p99_latency_ms: latency?.p99 ?? null,
    p50_ttft_ms: ttft?.p50 ?? null,
    p95_ttft_ms: ttft?.p95 ?? null,
    tokens_per_second: rate(sums.total_tokens, seconds),
    output_tokens_per_second: rate(sums.output_tokens, seconds),
  };
}

/** Every model of the period, most calls first. */
export async function readModels(db: Db, question: MetricsQuestion): Promise<UsedPeriod & { models: ModelRow[] }> {
  const { teamId, filter } = question;
  const { segments, period } = periodOf(question);
  const cube = cubeFor('llm', [...filteredBy(filter), 'model'], { bins: true });
  const asked = { teamId, cube, segments, filter };
  return inWideSnapshot(db, async (snapshot, beside) => {
    const sums = sql<Row>`
      select s.model, sum(r.llm_us) / 1000000 as seconds, ${sumColumns} ${rollupRows(asked)}
      group by s.model having sum(r.llm_calls) > 0 order by sum(r.llm_calls) desc, s.model`;
    const [latency, { rows }, ttft] = await Promise.all([
      readPercentiles(snapshot, { ...asked, by: ['model'], measure: 'llm_ms' }),
      sums.execute(beside),
      readPercentiles(beside, { ...asked, by: ['model'], measure: 'ttft_ms' }),
    ]);
    return { ...period, models: rows.map((row) => toModel(row, latency.get(row.model), ttft.get(row.model))) };
  });
}
