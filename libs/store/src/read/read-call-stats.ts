import type { CallStats } from '@telltale/contracts/http/metrics-detail';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { messageOf } from '../rollup/fold/kind-shares.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { inWideSnapshot } from './in-snapshot.ts';
import { periodOf, type MetricsQuestion, type UsedPeriod } from './metrics-question.ts';
import { percentileKey, readPercentiles, type Percentiles } from './read-percentiles.ts';
import { rollupRows } from './rollup-rows.ts';
import { totalOf } from './total-of.ts';

type Kind = 'tool' | 'service';
export type CallStatsRow = {
  name: string;
  category: string | null;
  calls: string;
  errors: string | null;
  avg_ms: string | null;
  /** null where it is not looked up. */
  last_error: string | null;
};

/** What differs between tools and services: columns of the rollup, and what was timed. */
const kinds = {
  tool: {
    calls: sql`r.tool_calls`,
    errors: sql`r.tool_errors`,
    us: sql`r.tool_us`,
    timed: sql`r.tool_timed`,
    category: sql`null`,
  },
  service: {
    calls: sql`r.service_calls`,
    errors: sql`r.service_errors`,
    us: sql`r.service_us`,
    timed: sql`r.service_calls`,
    category: sql`min(s.category)`,
  },
} as const;

export type NamedStats = CallStats & { category: string | null };
type StatsQuestion = MetricsQuestion & { limit?: number; offset?: number };

export function toStats(row: CallStatsRow, latency: Percentiles | undefined): NamedStats {
  const [calls, errors] = [Number(row.calls), Number(row.errors ?? 0)];
  return {
    name: row.name,
    category: row.category,
    calls,
    successes: calls - errors,
    errors,
    success_rate: calls === 0 ? 0 : Number((((calls - errors) / calls) * 100).toFixed(3)),
    avg_duration_ms: row.avg_ms === null ? null : Number(row.avg_ms),
    p50_duration_ms: latency?.p50 ?? null,
    p90_duration_ms: latency?.p90 ?? null,
    p95_duration_ms: latency?.p95 ?? null,
    p99_duration_ms: latency?.p99 ?? null,
    last_error: row.last_error,
  };
}

/** Tools or services of a period, most used first; `total` counts them all. Services of two categories are two rows. */
export async function readCallStats(
  db: Db,
  kind: Kind,
  question: StatsQuestion,
): Promise<UsedPeriod & { rows: NamedStats[]; total: number }> {
  const { teamId, filter, limit = 1_000, offset = 0 } = question;
  const { segments, period } = periodOf(question);
  const cube = cubeFor(kind, [...filteredBy(filter), kind], { bins: true });
  const asked = { teamId, cube, segments, filter };
  const { calls, errors, us, timed, category } = kinds[kind];
  const dims = kind === 'service' ? (['service', 'category'] as const) : (['tool'] as const);
  // What is left of a tool whose uses were taken back is a row of zeros.
  const grouped = sql`group by ${sql.join(dims.map((dim) => sql.ref(`s.${dim}`)))} having sum(${calls}) > 0`;
  return inWideSnapshot(db, async (snapshot, beside) => {
    const sums = sql<CallStatsRow & { total: number }>`
      select s.${sql.ref(kind)} as name, ${category} as category, sum(${calls}) as calls, sum(${errors}) as errors,
        round(sum(${us}) / nullif(sum(${timed}), 0) / 1000, 3) as avg_ms,
        ${messageOf(sql`max(r.newest_failure)`)} as last_error, count(*) over () as total
      ${rollupRows(asked)} ${grouped} order by sum(${calls}) desc, 1, 2 limit ${limit} offset ${offset}`;
    const [{ rows }, latency] = await Promise.all([
      sums.execute(beside),
      readPercentiles(snapshot, { ...asked, by: dims, measure: `${kind}_ms` }),
    ]);
    const keyOf = ({ name, category: its }: CallStatsRow) => percentileKey(its === null ? [name] : [name, its]);
    const stats = rows.map((row) => toStats(row, latency.get(keyOf(row))));
    const total = await totalOf(
      snapshot,
      { rows, offset },
      sql`select count(*) from (select 1 ${rollupRows(asked)} ${grouped}) as found`,
    );
    return { ...period, rows: stats, total };
  });
}
