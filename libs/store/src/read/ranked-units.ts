import { sql, type RawBuilder } from 'kysely';
import {
  lastCallAt,
  narrowings,
  type KeyTotals,
  type totalMeasures,
  type TotalKey,
} from '../rollup/fold/merge-totals.ts';
import { activeSince, seriesConditions, type SeriesFilter } from './rollup-rows.ts';
import type { Buckets } from './span.ts';
import { isAllTime, rowsOfUnit, spanOf, sumsOfUnits, unitCubeOf } from './unit-span.ts';

type Sql = RawBuilder<unknown>;

export type UnitsQuestion = {
  teamId: string;
  by: TotalKey;
  buckets: Buckets;
  filter: SeriesFilter;
};

/** What is added up for a key: what nobody reads takes its share of the time. */
type Figure = (typeof totalMeasures)[number];
const costFigures: readonly Figure[] = ['llm_calls', 'unpriced_calls', 'input_tokens', 'output_tokens', 'cost_usd'];
const rankFigures: readonly Figure[] = ['records', 'llm_calls', 'unpriced_calls', 'cost_usd'];

const plain = (figures: readonly Figure[], alias = 't'): Sql =>
  sql.join(figures.map((name) => sql.ref(`${alias}.${name}`)));
const sums = (figures: readonly Figure[]): Sql =>
  sql.join(figures.map((name) => sql`sum(${sql.ref(`r.${name}`)}) as ${sql.ref(name)}`));
/** Whether only what calls came to is asked for. */
const isOfCalls = (figures: readonly Figure[]): boolean => !figures.includes('records');
/** A call that moved elsewhere leaves a row of zeros behind, which is nothing. */
const hasSomething = (figures: readonly Figure[]): Sql =>
  isOfCalls(figures) ? sql`having sum(r.llm_calls) > 0` : sql`having sum(r.records) > 0 or sum(r.llm_calls) > 0`;

/** The beginning of the period; null where it has none. */
const beginOf = ({ used }: Buckets): Date | null => (used.from === null ? null : new Date(used.from));

/**
 * That a total of an alias has what is asked for, and can have it since the beginning of the period: where that is calls, its
 * last one tells.
 */
function called(alias: string, buckets: Buckets, figures: readonly Figure[]): Sql[] {
  if (!isOfCalls(figures)) return [];
  const from = beginOf(buckets);
  const since = from === null ? [] : [sql`${lastCallAt(alias)} >= ${from}::timestamptz`];
  return [sql`${sql.ref(`${alias}.llm_calls`)} > 0`, ...since];
}

/** A unit with what `sumsOfUnits` reads of it: of the alias `name`, by one of its ids. */
function unitColumns({ by, buckets }: UnitsQuestion, figures: readonly Figure[], name: string): Sql {
  const last = isOfCalls(figures) ? lastCallAt(name) : sql.ref(`${name}.last_at`);
  return sql`${sql.ref(`${name}.${by}`)} as key, ${plain(figures, name)}, ${sql.ref(`${name}.series_id`)},
    ${sql.ref(`${name}.first_at`)}, ${last} as last_at, ${spanOf(buckets, name).within} as within`;
}

const where = (conditions: readonly Sql[]): Sql => sql`where ${sql.join(conditions, sql` and `)}`;

/**
 * The totals of units that a question is about, of the alias `t`, with the id asked by or `without` it. Whoever is named has an
 * index, and whoever lacks an id: `offset 0` keeps the planner from reading block ranges of a time for it too, which hold
 * everybody's units. Labels have none.
 */
function unitsOf({ teamId, by, buckets, filter }: UnitsQuestion, id: 'any' | 'with' | 'without' = 'any'): Sql {
  const { labels: _, ...named } = filter;
  const hasIndex = id === 'without' || Object.values(named).some((value) => value !== undefined);
  const ofId = {
    any: [],
    with: [sql`${sql.ref(`t.${by}`)} is not null`],
    without: [sql`${sql.ref(`t.${by}`)} is null`],
  };
  const wanted = [
    sql`t.team_id = ${teamId} and t.cube = ${sql.lit(unitCubeOf(filter))}`,
    ...seriesConditions(filter, 't'),
    ...ofId[id],
    ...activeSince(beginOf(buckets), 't'),
  ];
  return sql`(select * from unit_total t ${where(wanted)} ${hasIndex ? sql`offset 0` : sql``}) t`;
}

/** What `units` came to in the period by one of their ids, also those that have none; one row a key. */
function unitSums(question: UnitsQuestion, figures: readonly Figure[], units: Sql): Sql {
  const { by, buckets } = question;
  const having = hasSomething(figures);
  if (isAllTime(buckets)) {
    return sql`select key, ${sums(figures)} from (select ${sql.ref(`t.${by}`)} as key, ${plain(figures)} from ${units}) r group by key ${having}`;
  }
  const wanted = [spanOf(buckets).overlaps, ...called('t', buckets, figures)];
  return sql`with unit as materialized (
      select ${unitColumns(question, figures, 't')} from ${units} ${where(wanted)})
    ${sumsOfUnits(question, figures, having)}`;
}

/**
 * The totals by one id that a question is answered from, and the units that those are the sums of. Null: units have to be
 * summed, because the question leaves some of them out.
 */
function keyTotalsOf({ teamId, by, filter }: UnitsQuestion) {
  const source = (table: KeyTotals['table'], cube: KeyTotals['cube'], ofKeys: readonly Sql[]) => ({
    table,
    ofKeys: [sql`t.team_id = ${teamId} and t.dim = ${sql.lit(by)}`, ...ofKeys],
    ofCube: sql`u.team_id = ${teamId} and u.cube = ${sql.lit(cube)}`,
    ofUnits: seriesConditions(filter, 'u'),
  });
  const asked = Object.entries(filter).filter(([, value]) => value !== undefined);
  const [only] = asked;
  if (only === undefined) return source('key_total', 'unit', []);
  const [name, value] = only;
  if (asked.length > 1 || typeof value !== 'string') return null;
  if (name === 'model') return source('key_model_total', 'unit_model', seriesConditions(filter, 't'));
  const narrowed = narrowings.find((one) => one === name);
  if (narrowed === undefined) return null;
  return source('key_narrow_total', 'unit', [sql`t.narrow_by = ${sql.lit(narrowed)} and t.narrow_to = ${value}`]);
}
type Source = NonNullable<ReturnType<typeof keyTotalsOf>>;

/** The ids of totals that lie across an edge of the period, of the alias `t`. */
function keysAcross({ table, ofKeys }: Source, buckets: Buckets, more: readonly Sql[] = []): Sql {
  const rows = spanOf(buckets).across.map(
    (across) => sql`select t.id from ${sql.table(table)} t ${where([...ofKeys, across, ...more])}`,
  );
  return sql`(${sql.join(rows, sql` union all `)}) t`;
}

/**
 * The units of a key of `keysAcross` that have something in the period. They are few: `offset 0` keeps the planner, which
 * cannot know that, from reading all.
 */
const unitsOfKey = ({ ofCube, ofUnits }: Source, { by, buckets }: UnitsQuestion): Sql => sql`(
  select u.* from unit_total u
  ${where([ofCube, ...ofUnits, sql`${sql.ref(`u.${by}`)} = t.id`, ...activeSince(beginOf(buckets), 'u'), spanOf(buckets, 'u').overlaps])} offset 0) u`;

/**
 * Keys that lie across an edge of the period, by their units. `best` is what a ranking has without them: whoever cost less
 * in all than the last of it cannot be in it, and most keys did.
 */
function acrossEdges(
  question: UnitsQuestion,
  source: Source,
  figures: readonly Figure[],
  best?: { name: string; limit: number },
): Sql {
  const last =
    best && sql`(select case when count(cost_usd) = ${best.limit} then min(cost_usd) end from ${sql.table(best.name)})`;
  const { by, buckets } = question;
  const some = [...(last ? [sql`(${last} is null or t.cost_usd >= ${last})`] : []), ...called('t', buckets, figures)];
  const ids = sql`(select array_agg(t.id) from ${keysAcross(source, buckets, some)})::text[]`;
  const few = [source.ofCube, sql`${sql.ref(`u.${by}`)} = any(${ids})`, ...activeSince(beginOf(buckets), 'u')];
  // They are few: `offset 0` keeps the planner, which cannot know that, from reading all of the time.
  return sql`with unit as materialized (
      select ${unitColumns(question, figures, 'u')}
      from (select u.* from unit_total u ${where(few)} offset 0) u
      ${where([...source.ofUnits, spanOf(buckets, 'u').overlaps, ...called('u', buckets, figures)])})
    ${sumsOfUnits(question, figures, hasSomething(figures))}`;
}

/** The dearest first; of costs, more calls before fewer. */
const ranking = (key: string, figures: readonly Figure[]): Sql =>
  sql`cost_usd desc nulls last, ${figures === costFigures ? sql`llm_calls desc nulls last, ` : sql``}${sql.ref(key)}`;

/**
 * Whether a period is so much of the time there is anything of that the dearest of it are soon found among the dearest of
 * all; of a shorter one few keys are left, which an index by time leads to. Asked of the store, because who plans once for
 * every period cannot know how long one is.
 */
function isWide({ table, ofKeys }: Source, buckets: Buckets): Sql {
  const [from, to] = [beginOf(buckets), new Date(buckets.used.to)];
  return sql`(select 4 * (least(${to}::timestamptz, max(t.last_at)) - greatest(${from}::timestamptz, min(t.last_at)))
    > max(t.last_at) - min(t.last_at) from ${sql.table(table)} t ${where(ofKeys)})`;
}

/** Keys by their totals (as `t`), without what has no call where costs are asked for. */
const keysOf = ({ table, ofKeys }: Source, figures: readonly Figure[], more: readonly Sql[] = []): Sql =>
  sql`select t.id as key, ${plain(figures)}, t.first_at, t.last_at from ${sql.table(table)} t
    ${where([...ofKeys, ...(figures.includes('records') ? [] : [sql`t.llm_calls > 0`]), ...more])}`;

/** That a total `t` lies within the period; of all time everything does. */
function isWithin(buckets: Buckets): Sql[] {
  const { overlaps, within } = spanOf(buckets);
  return isAllTime(buckets) ? [] : [overlaps, within];
}

/**
 * The dearest of what lies within the period by its totals. `offset 0` keeps the planner from looking up the time of those
 * that are taken by their cost, and the other way round.
 */
function dearestWithin({ buckets }: UnitsQuestion, source: Source, figures: readonly Figure[], limit: number): Sql {
  const order = sql`order by ${ranking('key', figures)}`;
  const found = (from: Sql): Sql => sql`(select t.key, ${plain(figures)} from ${from})`;
  if (isAllTime(buckets)) return found(sql`(${keysOf(source, figures)} ${order} limit ${limit}) t`);
  const [wide, within] = [isWide(source, buckets), isWithin(buckets)];
  return sql`${found(sql`(${keysOf(source, figures, [wide])} ${order} offset 0) t ${where(within)} limit ${limit}`)} union all
    ${found(sql`(${keysOf(source, figures, [sql`${wide} is not true`, ...within])} offset 0) t ${order} limit ${limit}`)}`;
}

/**
 * What calls of the period cost each session, task or run, and those that have no such id (null), one row a key (as `key`), as
 * a query to select from: what lies within the period by its total, what lies across an edge by its units. Of all that
 * have an id only the dearest `limit` are certain to be there.
 */
export function unitCosts(question: UnitsQuestion, limit: number): Sql {
  const { buckets } = question;
  const source = keyTotalsOf(question);
  if (source === null) return unitSums(question, costFigures, unitsOf(question));
  const none = unitSums(question, costFigures, unitsOf(question, 'without'));
  const best = dearestWithin(question, source, costFigures, limit);
  if (isAllTime(buckets)) return sql`${best} union all (${none})`;
  return sql`with best as materialized (${best})
    select * from best union all (${acrossEdges(question, source, costFigures, { name: 'best', limit })}) union all (${none})`;
}

/** What calls without a price leave of those they took the place of is no cost. */
const knownCost = sql`case when coalesce(unpriced_calls, 0) < llm_calls then cost_usd end as cost_usd`;

/**
 * A page of the period's sessions, tasks or runs by cost, as `key`, `cost_usd` and `unpriced_calls`, each row with how many
 * there are in all (as `total`).
 */
export function rankedPage(question: UnitsQuestion, { limit, offset }: { limit: number; offset: number }): Sql {
  const page = sql`order by ${ranking('key', rankFigures)} limit ${limit} offset ${offset}`;
  const source = keyTotalsOf(question);
  if (source === null) {
    return sql`with ranked as materialized (${unitSums(question, rankFigures, unitsOf(question, 'with'))})
      select key, ${knownCost}, unpriced_calls, (select count(*) from ranked) as total from ranked ${page}`;
  }
  const top = limit + offset;
  const edges = isAllTime(question.buckets)
    ? sql``
    : sql`union all (${acrossEdges(question, source, rankFigures, { name: 'best', limit: top })})`;
  return sql`with best as materialized (${dearestWithin(question, source, rankFigures, top)})
    select key, ${knownCost}, unpriced_calls, (${countUnits(question)}) as total from (select * from best ${edges}) as unit ${page}`;
}

const something = (alias: string): Sql =>
  sql`(${sql.ref(`${alias}.records`)} > 0 or ${sql.ref(`${alias}.llm_calls`)} > 0)`;

/** That the unit of an alias has something in the period. */
export const isActiveUnit = (question: Pick<UnitsQuestion, 'teamId' | 'buckets'>, unit: string): Sql =>
  sql`exists (select from ${rowsOfUnit(question, unit, ['records', 'llm_calls'])} r where ${something('r')})`;

/**
 * That the key `id` has something in the period, as a condition; null where only units can tell. Whether keys are looked up
 * one by one or all at once is the planner's choice: where most have something, a page of them is found at once.
 */
export function isActiveKey(question: UnitsQuestion, id: Sql): Sql | null {
  const source = keyTotalsOf(question);
  if (source === null) return null;
  const { table, ofKeys } = source;
  const of = (more: readonly Sql[]): Sql =>
    sql`exists (select from ${sql.table(table)} t ${where([...ofKeys, sql`t.id = ${id}`, ...more])})`;
  if (isAllTime(question.buckets)) return of([something('t')]);
  const { overlaps, within, certain } = spanOf(question.buckets);
  const found = sql`exists (select from ${unitsOfKey(source, question)} where ${isActiveUnit(question, 'u')})`;
  return of([overlaps, sql`case when ${within} then ${something('t')} else ${certain} or ${found} end`]);
}

/** How many sessions, tasks or runs have something in the period: whether there is anything is found out sooner than how much. */
export function countUnits(question: UnitsQuestion): Sql {
  const { by, buckets } = question;
  const { overlaps, certain } = spanOf(buckets);
  const source = keyTotalsOf(question);
  if (source === null) {
    const active = isAllTime(buckets) ? [] : [overlaps, isActiveUnit(question, 't')];
    return sql`select count(distinct ${sql.ref(`t.${by}`)}) from ${unitsOf(question)} ${where([something('t'), ...active])}`;
  }
  const all = sql`select count(*) from ${sql.table(source.table)} t ${where([...source.ofKeys, ...isWithin(buckets)])}`;
  if (isAllTime(buckets)) return all;
  return sql`select (${all}) + (select count(*) from ${keysAcross(source, buckets, [certain])})
    + (select count(*) from ${keysAcross(source, buckets, [sql`not ${certain}`])}
    where exists (select from ${unitsOfKey(source, question)} where ${isActiveUnit(question, 'u')}))`;
}
