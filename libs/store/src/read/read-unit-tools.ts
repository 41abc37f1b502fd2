import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { inSnapshot } from './in-snapshot.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { periodOf, type MetricsQuestion, type UsedPeriod } from './metrics-question.ts';
import { readCallStats, toStats, type CallStatsRow, type NamedStats } from './read-call-stats.ts';
import { rollupRows } from './rollup-rows.ts';
import { totalOf } from './total-of.ts';

type Question = MetricsQuestion & { limit?: number; offset?: number };
type ToolStats = UsedPeriod & { rows: NamedStats[]; total: number };
type Row = CallStatsRow & { total: number };

/** Sessions, tasks and runs are many and short: their tools are counted and timed, without latencies and messages. */
const isOfUnit = (question: Question): boolean =>
  filteredBy(question.filter).some((dim) => dim === 'session_id' || dim === 'task_id' || dim === 'run_id');

async function readUnitTools(db: Db, question: Question): Promise<ToolStats> {
  const { teamId, filter, limit = 1_000, offset = 0 } = question;
  const { segments, period } = periodOf(question);
  const cube = cubeFor('tool', [...filteredBy(filter), 'tool']);
  // What is left of a tool whose uses were taken back is a row of zeros.
  const found = sql`${rollupRows({ teamId, cube, segments, filter })} group by s.tool having sum(r.tool_calls) > 0`;
  return inSnapshot(db, async (snapshot) => {
    const { rows } = await sql<Row>`
      select s.tool as name, null as category, sum(r.tool_calls) as calls, sum(r.tool_errors) as errors,
        round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_ms, null as last_error, count(*) over () as total
      ${found} order by sum(r.tool_calls) desc, 1 limit ${limit} offset ${offset}`.execute(snapshot);
    const total = await totalOf(snapshot, { rows, offset }, sql`select count(*) from (select 1 ${found}) as tool`);
    return { ...period, rows: rows.map((row) => toStats(row, undefined)), total };
  });
}

/**
 * Tools of a period, most used first; `total` counts them all. Of one session, task or run percentiles and the last error are
 * null: who asks for them there finds its few calls one by one.
 */
export async function readToolStats(db: Db, question: Question): Promise<ToolStats> {
  // What nothing holds is refused with all that can be asked, not with what has latencies alone.
  cubeFor('tool', [...filteredBy(question.filter), 'tool']);
  return isOfUnit(question) ? readUnitTools(db, question) : readCallStats(db, 'tool', question);
}
