import { mostCostGroups, type CostGroup, type CostsAnswer } from '@telltale/contracts/http/metrics-detail';
import type { Sums } from '@telltale/contracts/sums';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import type { Dimension } from '../rollup/cubes.ts';
import { totalKeys, type TotalKey } from '../rollup/fold/merge-totals.ts';
import { askTogether } from './ask-together.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { daysWithin } from './first-time.ts';
import { inSnapshot } from './in-snapshot.ts';
import { usedPeriod, type MetricsQuestion } from './metrics-question.ts';
import { unitCosts } from './ranked-units.ts';
import { per } from './per.ts';
import { exactSumsOf } from './read-sums.ts';
import { rollupRows } from './rollup-rows.ts';
import { bucketsOf, type Buckets } from './span.ts';
import { costOf, exactCostOf, toSums } from './sums-row.ts';
import { isAllTime } from './unit-span.ts';
import { trueHourStart, zoneStarts } from './zone-buckets.ts';
import { offsetOf, zoneOffsets } from './zone-offsets.ts';

export type CostsQuestion = MetricsQuestion & { groupBy: CostGroup; timeZone: string };

type Row = { key: string | null; cost: number | null; calls: number; unpriced: number | null; tokens: number };

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
/** A stretch of time with nothing left out, in epoch ms. */
type Days = { from: number; to: number };
const dayMs = 86_400_000;
const isTime = (group: CostGroup): group is 'day' | 'hour' => group === 'day' || group === 'hour';

/**
 * The local date a bucket lies in, as its midnight in UTC, or the start of the local hour. Quarter hours fit every zone,
 * days only the one they were cut in.
 */
function startOf({ groupBy, timeZone }: CostsQuestion, within: readonly Days[]): RawBuilder<unknown> {
  const unit = sql.lit(groupBy === 'hour' ? 'hour' : 'day');
  if (timeZone === 'UTC') return sql`date_trunc(${unit}, r.bucket, 'UTC')`;
  const offset = offsetOf(sql`r.bucket`, zoneOffsets(timeZone, within));
  const start = sql`date_trunc(${unit}, r.bucket + ${offset}, 'UTC')`;
  return groupBy === 'hour' ? sql`${start} - ${offset}` : start;
}

/** How a start is written: the date of a day, the moment of an hour. */
function timeKeys({ groupBy, timeZone }: CostsQuestion): (start: Date) => string {
  if (groupBy === 'day') return (start) => start.toISOString().slice(0, 10);
  const begin = trueHourStart(timeZone);
  return (start) => new Date(begin(start.getTime())).toISOString();
}

function toGroup(row: Row, timeKey: ((start: Date) => string) | null): CostsAnswer['groups'][number] {
  const { key, calls } = row;
  const unpriced = row.unpriced ?? 0;
  return {
    key: key === null || timeKey === null ? key : timeKey(new Date(key)),
    cost_usd: costOf(row.cost, calls, unpriced),
    calls,
    unpriced_calls: unpriced,
    partial: unpriced > 0,
    total_tokens: row.tokens,
  };
}

const isUnit = (dim: Dimension): dim is TotalKey => totalKeys.some((key) => key === dim);

/** Where the days of a question begin; null where no bucket longer than a quarter hour is known to lie in one. */
function dayStarts({ groupBy, timeZone }: CostsQuestion, { used }: Buckets): number[] | null {
  if (groupBy !== 'day' || used.from === null || used.to - used.from > mostDays * dayMs) return null;
  return zoneStarts('day', timeZone, { from: used.from, to: used.to }, mostDays + 2);
}

/** Sessions, tasks and runs are too many to be found bucket by bucket. */
function unitGroups({ teamId, filter }: CostsQuestion, by: TotalKey, buckets: Buckets): RawBuilder<Row> {
  return sql<Row>`
    select key, round(cost_usd, 6) as cost, llm_calls as calls, unpriced_calls as unpriced,
      coalesce(input_tokens, 0) + coalesce(output_tokens, 0) as tokens
    from (${unitCosts({ teamId, by, buckets, filter }, mostCostGroups)}) as unit
    order by cost_usd desc nulls last, llm_calls desc nulls last, key limit ${mostCostGroups}`;
}

function groupsOf(question: CostsQuestion, { buckets, within }: Cut): RawBuilder<Row> {
  const { teamId, filter, groupBy } = question;
  const dims = isTime(groupBy) ? [] : [dimensionOf[groupBy]];
  const [dim] = dims;
  const cube = cubeFor('llm', [...filteredBy(filter), ...dims]);
  if (dim !== undefined && isUnit(dim)) return unitGroups(question, dim, buckets);
  const key = dim === undefined ? startOf(question, within) : sql`s.${sql.ref(dim)}`;
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

/** The buckets that are cut into hours or days, and where in time something is. */
type Cut = { buckets: Buckets; within: readonly Days[] };

/** Days that follow each other, as one. */
const joined = (days: readonly number[]): Days[] =>
  days.reduce<Days[]>((all, day) => {
    const last = all.at(-1);
    if (last === undefined || last.to < day) return [...all, { from: day, to: day + dayMs }];
    last.to = day + dayMs;
    return all;
  }, []);

/**
 * Clocks that went wrong date records to 1970 or 2100. What clocks of a zone show in between would take half a second to
 * find out: of all time, and of a time as long, only the days that have anything are cut into hours or days. Those of all
 * time begin with the first of them: where no day begins, buckets of two hours can be read. All time (`isAll`) has no end,
 * so neither do its days.
 */
async function cutOf(db: Db, question: CostsQuestion, buckets: Buckets, isAll: boolean): Promise<Cut> {
  const { teamId, filter, groupBy, now } = question;
  const { from, to } = buckets.used;
  const rows = { teamId, cube: cubeFor('llm', filteredBy(filter)), filter };
  const days = await daysWithin(db, rows, { from, to: isAll ? null : to });
  const within = joined(days);
  const [first, last] = [within[0]?.from, within.at(-1)?.to];
  if (from !== null || first === undefined || last === undefined) return { buckets, within };
  const span = { from: groupBy === 'hour' ? null : first, to: isAll ? Math.max(to, last) : to };
  return { buckets: bucketsOf(span, now, { longest: 15 }), within };
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
  const read = (from: Db, cut: Cut) =>
    askTogether(from, { totals: exactSumsOf(asked, { only: told }), groups: groupsOf(question, cut) });
  const { from, to } = buckets.used;
  const isLong = isTime(groupBy) && (from === null || to - from > mostDays * dayMs);
  const { totals: sums, groups: rows } = isLong
    ? await inSnapshot(db, async (same) => read(same, await cutOf(same, question, buckets, isAllTime({ segments }))))
    : await read(db, { buckets, within: [{ from: from ?? to, to }] });
  const totals = toSums(sums[0]);
  const timeKey = isTime(groupBy) ? timeKeys(question) : null;
  const groups = rows.map((row) => toGroup(row, timeKey));
  return {
    ...usedPeriod(buckets),
    group_by: groupBy,
    total_cost_usd: totals.cost_usd,
    groups: isTime(groupBy) ? groups.toReversed() : groups,
    ...notListed(totals, groups),
    avg_cost_per_call: per(exactCostOf(sums[0], totals), totals.llm_calls - totals.unpriced_calls, 6),
    avg_tokens_per_call: per(totals.total_tokens, totals.llm_calls, 3),
    unpriced_calls: totals.unpriced_calls,
    estimated_calls: totals.estimated_calls,
    partial: totals.partial,
  };
}
