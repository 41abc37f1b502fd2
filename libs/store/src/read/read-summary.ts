import type { SummaryAnswer } from '@telltale/contracts/http/metrics';
import type { Sums } from '@telltale/contracts/sums';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import type { CubeName } from '../rollup/cubes.ts';
import { askTogether } from './ask-together.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { inWideSnapshot } from './in-snapshot.ts';
import { per } from './per.ts';
import { exactSumsOf } from './read-sums.ts';
import type { MetricsQuestion } from './metrics-question.ts';
import { countUnits, rankedPage } from './ranked-units.ts';
import { rollupRows } from './rollup-rows.ts';
import { bucketsBefore, bucketsOf, type Buckets } from './span.ts';
import { costOf, exactCostOf, toSums, type SumsRow, type WithExactCost } from './sums-row.ts';

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

/** What of an answer's parts is read; rows as JSON has them. */
type Page = { key: string; cost_usd: number | null; unpriced: number | null; total: number };
type ModelRow = { model: string; cost: number | null; calls: number; unpriced: number | null };
type TotalsRow = WithExactCost<Partial<SumsRow>>;
type ToolRow = { tool: string; calls: number; errors: number | null; avg_ms: number | null };

/** Sessions of the period that cost most, each with how many there are in all. */
const dearest = ({ teamId, filter }: MetricsQuestion, buckets: Buckets): RawBuilder<Page> => sql`
  select key, round(cost_usd, 6) as cost_usd, unpriced_calls as unpriced, total
  from (${rankedPage({ teamId, by: 'session_id', buckets, filter }, { limit: listed, offset: 0 })}) as page`;

/** Of the period before only how many there were is told. */
const counted = ({ teamId, filter }: MetricsQuestion, buckets: Buckets): RawBuilder<{ sessions: number }> =>
  sql`select (${countUnits({ teamId, by: 'session_id', buckets, filter })}) as sessions`;

const totalsOf = ({ teamId, filter, cubes }: Planned, { segments }: Buckets): RawBuilder<TotalsRow> =>
  exactSumsOf({ teamId, cube: cubes.totals, segments, filter });

const modelsOf = ({ teamId, filter, cubes }: Planned, { segments }: Buckets): RawBuilder<ModelRow> => sql`
  select s.model, round(sum(r.cost_usd), 6) as cost, sum(r.llm_calls) as calls, sum(r.unpriced_calls) as unpriced
  ${rollupRows({ teamId, cube: cubes.models, segments, filter })}
  group by s.model having sum(r.llm_calls) > 0 order by sum(r.cost_usd) desc nulls last, s.model`;

const toolsOf = ({ teamId, filter, cubes }: Planned, { segments }: Buckets): RawBuilder<ToolRow> => sql`
  select s.tool, sum(r.tool_calls) as calls, sum(r.tool_errors) as errors,
    round(sum(r.tool_us) / nullif(sum(r.tool_timed), 0) / 1000, 3) as avg_ms
  ${rollupRows({ teamId, cube: cubes.tools, segments, filter })}
  group by s.tool having sum(r.tool_calls) > 0 order by sum(r.tool_calls) desc, s.tool`;

/** Money per call is over the calls that could be priced: the others did not cost nothing. */
const averages = (sums: Sums, cost: string | null, sessions: number) => ({
  avg_cost_per_session: per(cost, sessions, 6),
  avg_tokens_per_session: per(sums.total_tokens, sessions, 3),
  avg_cost_per_call: per(cost, sums.llm_calls - sums.unpriced_calls, 6),
  avg_tokens_per_call: per(sums.total_tokens, sums.llm_calls, 3),
});

function toTotals({ used }: Buckets, row: TotalsRow | undefined, sessions: number) {
  const sums = toSums(row);
  const period = { period_start: iso(used.from), period_end: new Date(used.to).toISOString() };
  return { ...period, sessions, ...sums, ...averages(sums, exactCostOf(row, sums), sessions) };
}

function toModels(rows: readonly ModelRow[]) {
  const models = rows.map(({ model, cost, calls, unpriced }) => {
    const missing = unpriced ?? 0;
    return { model, missing, cost: costOf(cost, calls, missing) };
  });
  return {
    cost_by_model: Object.fromEntries(models.map(({ model, cost }) => [model, cost])),
    unpriced_by_model: Object.fromEntries(
      models.flatMap(({ model, missing }) => (missing === 0 ? [] : [[model, missing] as const])),
    ),
  };
}

function toTools(rows: readonly ToolRow[]) {
  const timed = rows.flatMap(({ tool, avg_ms }) => (avg_ms === null ? [] : [{ name: tool, avg_ms }]));
  const failing = rows.flatMap(({ tool, errors }) => ((errors ?? 0) > 0 ? [[tool, errors ?? 0] as const] : []));
  return {
    calls_by_tool: Object.fromEntries(rows.map(({ tool, calls }) => [tool, calls])),
    errors_by_tool: Object.fromEntries(failing),
    slowest_tools: timed.toSorted((a, b) => b.avg_ms - a.avg_ms).slice(0, listed),
  };
}

const toExpensive = (rows: readonly Page[]): SummaryAnswer['most_expensive_sessions'] =>
  rows.flatMap(({ key, cost_usd, unpriced }) =>
    cost_usd === null ? [] : [{ session_id: key, cost_usd, unpriced_calls: unpriced ?? 0 }],
  );

/**
 * Everything a period came to, from rollups alone: its time does not grow with the raw data. The dearest sessions take half
 * of the time: they are found with the models while the rest is.
 */
export async function readSummary(db: Db, asked: MetricsQuestion): Promise<SummaryAnswer> {
  const question = plan(asked);
  const buckets = bucketsOf(question.span, question.now);
  const earlier = bucketsBefore(buckets.used, question.now);
  const rest = { totals: totalsOf(question, buckets), tools: toolsOf(question, buckets) };
  const before = earlier && { before: totalsOf(question, earlier), sessions: counted(question, earlier) };
  const nothing = sql<never>`select where false`;
  const [found, others] = await inWideSnapshot(db, (one, beside) =>
    Promise.all([
      askTogether(one, { dearest: dearest(question, buckets), models: modelsOf(question, buckets) }),
      askTogether(beside, { ...rest, ...(before ?? { before: nothing, sessions: nothing }) }),
    ]),
  );
  return {
    ...toTotals(buckets, others.totals[0], found.dearest[0]?.total ?? 0),
    ...toModels(found.models),
    ...toTools(others.tools),
    most_expensive_sessions: toExpensive(found.dearest),
    previous: earlier && toTotals(earlier, others.before[0], others.sessions[0]?.sessions ?? 0),
  };
}
