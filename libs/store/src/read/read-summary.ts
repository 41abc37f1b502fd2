import type { SummaryAnswer } from '@telltale/contracts/http/metrics';
import type { Sums } from '@telltale/contracts/sums';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import type { CubeName } from '../rollup/cubes.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { inWideSnapshot } from './in-snapshot.ts';
import { readSums } from './read-sums.ts';
import type { MetricsQuestion } from './metrics-question.ts';
import { countUnits, rankedPage } from './ranked-units.ts';
import { rollupRows } from './rollup-rows.ts';
import { bucketsBefore, bucketsOf, type Buckets } from './span.ts';
import { costOf } from './sums-row.ts';

/** With the cubes that hold the filter: of all measures together, of models and of tools. */
type Planned = MetricsQuestion & { cubes: { totals: CubeName; models: CubeName; tools: CubeName } };

function plan(question: MetricsQuestion): Planned {
  const dims = filteredBy(question.filter);
  const cubes = {
    totals: cubeFor('activity', dims),
    models: cubeFor('llm', [...dims, 'model']),
    tools: cubeFor('tool', [...dims, 'tool']),
  };
  return { ...question, cubes };
}

const listed = 5;
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const per = (amount: number | null, count: number, digits: number): number | null =>
  amount === null || count === 0 ? null : Number((amount / count).toFixed(digits));

type SessionsRow = { total: number; key: string; cost_usd: string | null; unpriced: string | number | null };
type Sessions = { sessions: number; expensive: SummaryAnswer['most_expensive_sessions'] };

/** Sessions of the period, and those that cost most. */
async function readSessions(db: Db, { teamId, filter }: MetricsQuestion, buckets: Buckets): Promise<Sessions> {
  const page = rankedPage({ teamId, by: 'session_id', buckets, filter }, { limit: listed, offset: 0 });
  const { rows } = await sql<SessionsRow>`
    select key, round(cost_usd, 6) as cost_usd, unpriced_calls as unpriced, total from (${page}) as page`.execute(db);
  const expensive = rows.flatMap(({ key, cost_usd, unpriced }) =>
    cost_usd === null ? [] : [{ session_id: key, cost_usd: Number(cost_usd), unpriced_calls: Number(unpriced ?? 0) }],
  );
  return { sessions: rows[0]?.total ?? 0, expensive };
}

/** Of the period before only how many there were is told. */
async function countSessions(db: Db, { teamId, filter }: MetricsQuestion, buckets: Buckets): Promise<Sessions> {
  const { rows } = await sql<{ sessions: number }>`
    select (${countUnits({ teamId, by: 'session_id', buckets, filter })}) as sessions`.execute(db);
  return { sessions: rows[0]?.sessions ?? 0, expensive: [] };
}

/** Where to ask about the dearest sessions, which takes half of the time with models, and about the rest. */
type Asked = { sessions: Db; rest: Db };

async function readTotals(db: Asked, question: Planned, buckets: Buckets, askSessions = readSessions) {
  const { teamId, filter, cubes } = question;
  const [sums, { sessions, expensive }] = await Promise.all([
    readSums(db.rest, { teamId, cube: cubes.totals, segments: buckets.segments, filter }),
    askSessions(db.sessions, question, buckets),
  ]);
  const totals = {
    period_start: iso(buckets.used.from),
    period_end: new Date(buckets.used.to).toISOString(),
    sessions,
    ...sums,
    ...averages(sums, sessions),
  };
  return { totals, expensive };
}

/** Money per call is over the calls that could be priced: the others did not cost nothing. */
const averages = (sums: Sums, sessions: number) => ({
  avg_cost_per_session: per(sums.cost_usd, sessions, 6),
  avg_tokens_per_session: per(sums.total_tokens, sessions, 3),
  avg_cost_per_call: per(sums.cost_usd, sums.llm_calls - sums.unpriced_calls, 6),
  avg_tokens_per_call: per(sums.total_tokens, sums.llm_calls, 3),
});

async function readModels(db: Db, { teamId, filter, cubes }: Planned, { segments }: Buckets) {
  const { rows } = await sql<{ model: string; cost: string | null; calls: string; unpriced: string | null }>`
    select s.model, round(sum(r.cost_usd), 6) as cost, sum(r.llm_calls) as calls, sum(r.unpriced_calls) as unpriced
    ${rollupRows({ teamId, cube: cubes.models, segments, filter })}
    group by s.model having sum(r.llm_calls) > 0 order by sum(r.cost_usd) desc nulls last, s.model`.execute(db);
  const models = rows.map(({ model, cost, calls, unpriced }) => {
    const missing = Number(unpriced ?? 0);
    return { model, missing, cost: costOf(cost, Number(calls), missing) };
  });
  return {
    cost_by_model: Object.fromEntries(models.map(({ model, cost }) => [model, cost])),
    unpriced_by_model: Object.fromEntries(
      models.flatMap(({ model, missing }) => (missing === 0 ? [] : [[model, missing] as const])),
    ),
  };
}

async function readTools(db: Db, { teamId, filter, cubes }: Planned, { segments }: Buckets) {
  const { rows } = await sql<{ tool: string; calls: string; errors: string | null; avg_ms: string | null }>`
    select s.tool, sum(r.tool_calls) as calls, sum(r.tool_errors) as errors,
      round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_ms
    ${rollupRows({ teamId, cube: cubes.tools, segments, filter })}
    group by s.tool order by sum(r.tool_calls) desc, s.tool`.execute(db);
  const timed = rows.flatMap(({ tool, avg_ms }) => (avg_ms === null ? [] : [{ name: tool, avg_ms: Number(avg_ms) }]));
  const failing = rows.filter(({ errors }) => Number(errors ?? 0) > 0);
  return {
    calls_by_tool: Object.fromEntries(rows.map(({ tool, calls }) => [tool, Number(calls)])),
    errors_by_tool: Object.fromEntries(failing.map(({ tool, errors }) => [tool, Number(errors)])),
    slowest_tools: timed.toSorted((a, b) => b.avg_ms - a.avg_ms).slice(0, listed),
  };
}

/** Everything a period came to, from rollups alone: its time does not grow with the raw data. */
export async function readSummary(db: Db, asked: MetricsQuestion): Promise<SummaryAnswer> {
  const question = plan(asked);
  return inWideSnapshot(db, (sessions, rest) => readParts({ sessions, rest }, question));
}

async function readParts(db: Asked, question: Planned): Promise<SummaryAnswer> {
  const buckets = bucketsOf(question.span, question.now);
  const earlier = bucketsBefore(buckets.used, question.now);
  const [{ totals, expensive }, models, tools, previous] = await Promise.all([
    readTotals(db, question, buckets),
    readModels(db.sessions, question, buckets),
    readTools(db.rest, question, buckets),
    earlier === null ? null : readTotals({ ...db, sessions: db.rest }, question, earlier, countSessions),
  ]);
  return {
    ...totals,
    ...models,
    ...tools,
    most_expensive_sessions: expensive,
    previous: previous?.totals ?? null,
  };
}
