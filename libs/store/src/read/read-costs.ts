import { mostCostGroups, type CostGroup, type CostsAnswer } from '@telltale/contracts/http/metrics-detail';
import type { Sums } from '@telltale/contracts/sums';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import type { Dimension } from '../rollup/cubes.ts';
import { totalKeys, type TotalKey } from '../rollup/fold/merge-totals.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { firstTime, lastDayEnd } from './first-time.ts';
import { inSnapshot } from './in-snapshot.ts';
import { usedPeriod, type MetricsQuestion } from './metrics-question.ts';
import { isAllTime, rankedUnits } from './ranked-units.ts';
import { readSums } from './read-sums.ts';
import { rollupRows } from './rollup-rows.ts';
import { bucketsOf, type Buckets } from './span.ts';
import { costOf } from './sums-row.ts';
import { trueHourStart, zoneStarts } from './zone-buckets.ts';
import { offsetOf, zoneOffsets } from './zone-offsets.ts';

export type CostsQuestion = MetricsQuestion & { groupBy: CostGroup; timeZone: string };

type Row = { key: string | Date | null; cost: string | null; calls: string; unpriced: string | null; tokens: string };

const dimensionOf: Record<Exclude<CostGroup, 'day' | 'hour'>, Dimension> = {
  model: 'model',
  provider: 'provider',
  session: 'session_id',
  agent: 'agent_id',
  task: 'task_id',
  run: 'run_id',
  user: 'user_id',
  project: 'project',
  host: 'host',
};

/** Finding where the days of a longer time begin takes longer than reading its quarter hours. */
const mostDays = 400;
const isTime = (group: CostGroup): group is 'day' | 'hour' => group === 'day' || group === 'hour';

/**
 * The local date a bucket lies in, as its midnight in UTC, or the start of the local hour. Quarter hours fit every zone,
 * days only the one they were cut in.
 */
function startOf({ groupBy, timeZone }: CostsQuestion, { used }: Buckets, first: number | null): RawBuilder<unknown> {
  const unit = sql.lit(groupBy === 'hour' ? 'hour' : 'day');
  if (timeZone === 'UTC') return sql`date_trunc(${unit}, r.bucket, 'UTC')`;
  const offset = offsetOf(sql`r.bucket`, zoneOffsets(timeZone, { from: used.from ?? first ?? used.to, to: used.to }));
  const start = sql`date_trunc(${unit}, r.bucket + ${offset}, 'UTC')`;
  return groupBy === 'hour' ? sql`${start} - ${offset}` : start;
}

/** How a start is written: the date of a day, the moment of an hour. */
function timeKeys({ groupBy, timeZone }: CostsQuestion): (start: Date) => string {
  if (groupBy === 'day') return (start) => start.toISOString().slice(0, 10);
  const begin = trueHourStart(timeZone);
  return (start) => new Date(begin(start.getTime())).toISOString();
}

function toGroup(row: Row, timeKey: (start: Date) => string): CostsAnswer['groups'][number] {
  const { key } = row;
  const calls = Number(row.calls);
  const unpriced = Number(row.unpriced ?? 0);
  return {
    key: key instanceof Date ? timeKey(key) : key,
    cost_usd: costOf(row.cost, calls, unpriced),
    calls,
    unpriced_calls: unpriced,
    partial: unpriced > 0,
    total_tokens: Number(row.tokens),
  };
}

const per = (amount: number | null, count: number, digits: number): number | null =>
  amount === null || count <= 0 ? null : Number((amount / count).toFixed(digits));

const isUnit = (dim: Dimension): dim is TotalKey => totalKeys.some((key) => key === dim);

/** Where the days of a question begin; null where no bucket longer than a quarter hour is known to lie in one. */
function dayStarts({ groupBy, timeZone }: CostsQuestion, { used }: Buckets): number[] | null {
  if (groupBy !== 'day' || used.from === null) return null;
  const starts = zoneStarts('day', timeZone, { from: used.from, to: used.to }, mostDays);
  return (starts.at(-1) ?? 0) >= used.to ? starts : null;
}

/** Sessions, tasks and runs are too many to be found bucket by bucket. */
function unitGroups({ teamId, filter }: CostsQuestion, by: TotalKey, buckets: Buckets): RawBuilder<Row> {
  return sql<Row>`
    select key, round(cost_usd, 6) as cost, llm_calls as calls, unpriced_calls as unpriced,
      coalesce(input_tokens, 0) + coalesce(output_tokens, 0) as tokens
    from (${rankedUnits({ teamId, by, buckets, filter }, { withNone: true, top: { limit: mostCostGroups, withCalls: true } })}) as unit where llm_calls > 0
    order by cost_usd desc nulls last, llm_calls desc nulls last, key limit ${mostCostGroups}`;
}

function groupsOf(question: CostsQuestion, { buckets, first }: Since): RawBuilder<Row> {
  const { teamId, filter, groupBy } = question;
  const dims = isTime(groupBy) ? [] : [dimensionOf[groupBy]];
  const [dim] = dims;
  const cube = cubeFor('llm', [...filteredBy(filter), ...dims]);
  if (dim !== undefined && isUnit(dim)) return unitGroups(question, dim, buckets);
  const key = dim === undefined ? startOf(question, buckets, first) : sql`s.${sql.ref(dim)}`;
  const order = dim === undefined ? sql`1 desc` : sql`sum(r.cost_usd) desc nulls last, sum(r.llm_calls) desc, 1`;
  const exact = dim === undefined && (dayStarts(question, buckets) ?? true);
  const rows = rollupRows({ teamId, cube, segments: buckets.segments, filter, exact });
  return sql<Row>`
    select ${key} as key, round(sum(r.cost_usd), 6) as cost, sum(r.llm_calls) as calls,
      sum(r.unpriced_calls) as unpriced,
      coalesce(sum(r.input_tokens), 0) + coalesce(sum(r.output_tokens), 0) as tokens
    ${rows} and r.llm_calls is not null
    group by 1 having sum(r.llm_calls) > 0 order by ${order} limit ${mostCostGroups}`;
}

/** What time is cut into, and when the first of it that has anything is; null where nothing asks for it. */
type Since = { buckets: Buckets; first: number | null };

/**
 * Days of all time begin with the first that has anything: where no day begins, buckets of two hours can be read. All time
 * (`isAll`) has no end, so neither do its days.
 */
async function sinceFirst(
  db: Db,
  { teamId, filter, groupBy, now }: CostsQuestion,
  buckets: Buckets,
  isAll: boolean,
): Promise<Since> {
  if (!isTime(groupBy) || buckets.used.from !== null) return { buckets, first: null };
  const rows = { teamId, cube: cubeFor('llm', filteredBy(filter)), filter };
  const first = await firstTime(db, rows);
  if (first === null) return { buckets, first };
  const to = Math.max(buckets.used.to, isAll ? ((await lastDayEnd(db, rows)) ?? 0) : 0);
  return { buckets: bucketsOf({ from: groupBy === 'hour' ? null : first, to }, now, { longest: 15 }), first };
}

/** What is missing from a list that is as long as it may be. */
function notListed(totals: Sums, groups: CostsAnswer['groups']): Pick<CostsAnswer, 'not_listed'> {
  const left = (total: number, of: 'calls' | 'unpriced_calls' | 'total_tokens'): number =>
    groups.reduce((rest, group) => rest - group[of], total);
  const [calls, unpriced_calls] = [left(totals.llm_calls, 'calls'), left(totals.unpriced_calls, 'unpriced_calls')];
  if (groups.length < mostCostGroups || calls <= 0) return {};
  const micros = (usd: number | null): number => Math.round((usd ?? 0) * 1e6);
  const cost = groups.reduce((rest, { cost_usd }) => rest - micros(cost_usd), micros(totals.cost_usd)) / 1e6;
  const cost_usd = unpriced_calls >= calls ? null : cost;
  const total_tokens = left(totals.total_tokens, 'total_tokens');
  return { not_listed: { cost_usd, calls, unpriced_calls, partial: unpriced_calls > 0, total_tokens } };
}

const told = ['llm_calls', 'total_tokens', 'cost_usd', 'unpriced_calls', 'estimated_calls', 'partial'] as const;

/** What calls cost, by one thing. */
export async function readCosts(db: Db, question: CostsQuestion): Promise<CostsAnswer> {
  const { teamId, span, now, filter, groupBy } = question;
  const buckets = bucketsOf(span, now, { longest: isTime(groupBy) ? 15 : 1440 });
  // The same time in the longest buckets that it has: only groups have to be cut where hours and days begin.
  const { segments } = bucketsOf(span, now);
  const asked = { teamId, cube: cubeFor('llm', filteredBy(filter)), segments, filter };
  return inSnapshot(db, async (snapshot) => {
    const totals = await readSums(snapshot, asked, { only: told });
    const { rows } = await groupsOf(
      question,
      await sinceFirst(snapshot, question, buckets, isAllTime({ segments })),
    ).execute(snapshot);
    const timeKey = timeKeys(question);
    const groups = rows.map((row) => toGroup(row, timeKey));
    return {
      ...usedPeriod(buckets),
      group_by: groupBy,
      total_cost_usd: totals.cost_usd,
      groups: isTime(groupBy) ? groups.toReversed() : groups,
      ...notListed(totals, groups),
      avg_cost_per_call: per(totals.cost_usd, totals.llm_calls - totals.unpriced_calls, 6),
      avg_tokens_per_call: per(totals.total_tokens, totals.llm_calls, 3),
      unpriced_calls: totals.unpriced_calls,
      estimated_calls: totals.estimated_calls,
      partial: totals.partial,
    };
  });
}
