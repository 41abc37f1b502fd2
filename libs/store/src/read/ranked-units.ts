import { sql, type RawBuilder } from 'kysely';
import { narrowings, type KeyTotals, type TotalKey } from '../rollup/fold/merge-totals.ts';
import { bucketRows, seriesConditions, withTwoHours, type SeriesFilter } from './rollup-rows.ts';
import type { Buckets } from './span.ts';

type Sql = RawBuilder<unknown>;

export type UnitsQuestion = {
  teamId: string;
  by: TotalKey;
  buckets: Buckets;
  filter: SeriesFilter;
};

/** Whether a period is all there is: then totals alone answer, and an index leads to the dearest. An empty one is not. */
export const isAllTime = ({ segments }: Pick<Buckets, 'segments'>): boolean =>
  segments.length > 0 && segments.every(({ grain }) => grain === 0);

/** The cube of units that holds a filter. */
export const unitCubeOf = ({ model, provider }: SeriesFilter): 'unit' | 'unit_model' =>
  model === undefined && provider === undefined ? 'unit' : 'unit_model';

type Span = { overlaps: Sql; within: Sql; across: readonly Sql[]; certain: Sql };

/**
 * How a total, of the alias `name`, lies to a period: `within` needs none of its buckets. Of all time everything is. The
 * others lie `across` its end, or across its beginning alone: each a range that an index by time can tell. `certain`: of
 * those, there is something in the period for sure, because its first or its last bucket is in it.
 */
export function spanOf({ used }: Buckets, name = 't'): Span {
  const [from, to] = [used.from === null ? null : new Date(used.from), new Date(used.to)];
  const since = (column: Sql): Sql[] => (from === null ? [] : [sql`${column} >= ${from}::timestamptz`]);
  const [first, last] = [sql.ref(`${name}.first_at`), sql.ref(`${name}.last_at`)];
  return {
    overlaps: sql.join([...since(last), sql`${first} < ${to}::timestamptz`], sql` and `),
    within: sql`(${sql.join([...since(first), sql`${last} < ${to}::timestamptz`], sql` and `)})`,
    across: [
      sql`${last} >= ${to}::timestamptz and ${first} < ${to}::timestamptz`,
      ...(from === null
        ? []
        : [sql`${last} >= ${from}::timestamptz and ${last} < ${to}::timestamptz and ${first} < ${from}::timestamptz`]),
    ],
    certain:
      from === null
        ? sql`not ${sql.ref(`${name}.loose`)}`
        : sql`(not ${sql.ref(`${name}.loose`)} and (${first} >= ${from}::timestamptz or ${last} < ${to}::timestamptz))`,
  };
}

/** A call that moved elsewhere leaves a row of zeros behind, which is nothing. */
const hasSomething = sql`having sum(r.records) > 0 or sum(r.llm_calls) > 0`;

const sums = sql`sum(r.records) as records, sum(r.llm_calls) as llm_calls, sum(r.unpriced_calls) as unpriced_calls,
  sum(r.input_tokens) as input_tokens, sum(r.output_tokens) as output_tokens, sum(r.cost_usd) as cost_usd`;
/** What ranks them alone: adding up numerics that nobody reads takes a third of the time. */
const rankingSums = sql`sum(r.llm_calls) as llm_calls, sum(r.unpriced_calls) as unpriced_calls, sum(r.cost_usd) as cost_usd`;
const plain = sql`t.records, t.llm_calls, t.unpriced_calls, t.input_tokens, t.output_tokens, t.cost_usd`;

const where = (conditions: readonly Sql[]): Sql => sql`where ${sql.join(conditions, sql` and `)}`;

/** The buckets within the period of a unit, of the alias `unit`; a length that it cannot have any of is not looked for. */
export const bucketsOfUnit = (teamId: string, { segments }: Buckets, unit: string): Sql =>
  bucketRows(
    'rollup',
    segments.flatMap((segment) => withTwoHours(segment)),
    [sql`r.team_id = ${teamId}`, sql`r.series_id = ${sql.ref(`${unit}.series_id`)}`],
    {
      columns: sql`r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd`,
      ofSegment: (segment) => [
        ...(segment.to === null ? [] : [sql`${sql.ref(`${unit}.first_at`)} < ${segment.to}::timestamptz`]),
        ...(segment.from === null ? [] : [sql`${sql.ref(`${unit}.last_at`)} >= ${segment.from}::timestamptz`]),
      ],
    },
  );

/**
 * The totals of units that a question is about, of the alias `t`. Whoever is named has an index: `offset 0` keeps the
 * planner from reading block ranges of a time for it too, which hold everybody's units. Labels have none.
 */
function unitsOf({ teamId, filter }: UnitsQuestion, more: readonly Sql[] = []): Sql {
  const { labels: _, ...named } = filter;
  const wanted = [
    sql`t.team_id = ${teamId} and t.cube = ${sql.lit(unitCubeOf(filter))}`,
    ...seriesConditions(filter, 't'),
    ...more,
  ];
  const fence = Object.values(named).some((value) => value !== undefined) ? sql`offset 0` : sql``;
  return sql`(select * from unit_total t ${where(wanted)} ${fence}) t`;
}

/** Rows of units by one of their ids, also of those that have none; several a key. */
function unitRows(question: UnitsQuestion, more: readonly Sql[]): Sql {
  const { teamId, by, buckets } = question;
  const key = sql`${sql.ref(`t.${by}`)} as key`;
  if (isAllTime(buckets)) return sql`select ${key}, ${plain} from ${unitsOf(question, more)}`;
  const { overlaps, within } = spanOf(buckets);
  return sql`
    with unit as materialized (
      select ${key}, ${plain}, t.series_id, t.first_at, t.last_at, ${within} as within
      from ${unitsOf(question, more)} where ${overlaps})
    select key, records, llm_calls, unpriced_calls, input_tokens, output_tokens, cost_usd from unit where within
    union all
    select key, r.records, r.llm_calls, r.unpriced_calls, r.input_tokens, r.output_tokens, r.cost_usd
    from unit cross join lateral ${bucketsOfUnit(teamId, buckets, 'unit')} r where not within`;
}

/**
 * The totals by one id that a question is answered from, and the units that those are the sums of. Null: units have to be
 * summed, because the question leaves some of them out.
 */
function keyTotalsOf({ teamId, by, filter }: UnitsQuestion) {
  const source = (table: KeyTotals['table'], cube: KeyTotals['cube'], ofKeys: readonly Sql[]) => ({
    table,
    ofKeys: [sql`t.team_id = ${teamId} and t.dim = ${sql.lit(by)}`, ...ofKeys],
    ofUnits: [sql`u.team_id = ${teamId} and u.cube = ${sql.lit(cube)}`, ...seriesConditions(filter, 'u')],
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

/** The units of a key of `keysAcross`. They are few: `offset 0` keeps the planner, which cannot know that, from reading all. */
const unitsOfKey = ({ ofUnits }: Source, by: TotalKey): Sql => sql`(
  select u.series_id, u.first_at, u.last_at from unit_total u ${where([...ofUnits, sql`${sql.ref(`u.${by}`)} = t.id`])} offset 0) u`;

/**
 * Keys that lie across an edge of the period, by the buckets of their units. `best` is what a ranking has without them:
 * whoever cost less in all than the last of it cannot be in it, and most keys did.
 */
function acrossEdges(
  { teamId, by, buckets }: UnitsQuestion,
  source: Source,
  best?: { name: string; limit: number },
): Sql {
  const last =
    best && sql`(select case when count(cost_usd) = ${best.limit} then min(cost_usd) end from ${sql.table(best.name)})`;
  return sql`
    select t.id as key, ${sums}
    from ${keysAcross(source, buckets, last && [sql`(${last} is null or t.cost_usd >= ${last})`])}
    cross join lateral ${unitsOfKey(source, by)}
    cross join lateral ${bucketsOfUnit(teamId, buckets, 'u')} r
    group by t.id
    ${hasSomething}`;
}

/** The dearest first; `withCalls` leaves out what has no call to a model, and puts more calls before fewer. */
type Top = { limit: number; withCalls?: boolean };

const ranking = (key: string, withCalls: boolean): Sql =>
  sql`cost_usd desc nulls last, ${withCalls ? sql`llm_calls desc nulls last, ` : sql``}${sql.ref(key)}`;

const shortMs = 8 * 86_400_000;
/**
 * A short period has few keys, which an index by time leads to. Said here, because who plans once for every period cannot
 * know how long one is.
 */
export const isShort = ({ used }: Pick<Buckets, 'used'>): boolean =>
  used.from !== null && used.to - used.from <= shortMs;

/** What lies within the period by its totals; the dearest alone are found by an index where the period has many. */
function withinPeriod({ buckets }: UnitsQuestion, { table, ofKeys }: Source, top?: Top): Sql {
  const { overlaps, within } = spanOf(buckets);
  const spans = isAllTime(buckets) ? [] : [overlaps, within];
  const called = top?.withCalls === true ? [sql`t.llm_calls > 0`] : [];
  const rows = sql`select t.id as key, ${plain} from ${sql.table(table)} t ${where([...ofKeys, ...spans, ...called])}`;
  if (top === undefined) return rows;
  const order = sql`order by ${ranking('key', top.withCalls === true)} limit ${top.limit}`;
  return isShort(buckets) ? sql`(select * from (${rows} offset 0) t ${order})` : sql`(${rows} ${order})`;
}

/**
 * What came to each session, task or run of the period, one row a key (as `key`), as a query to select from: what lies
 * within the period by its total, what lies across an edge by its buckets. `withNone` adds what has no such id, as null.
 * `top`: only the dearest are wanted; some others may be among them. `ranksAlone`: what units are summed for need not have
 * their records and tokens.
 */
export function rankedUnits(
  question: UnitsQuestion,
  { withNone = false, top, ranksAlone = false }: { withNone?: boolean; top?: Top; ranksAlone?: boolean } = {},
): Sql {
  const { by, buckets } = question;
  const source = keyTotalsOf(question);
  if (source === null) {
    const some = withNone ? [] : [sql`${sql.ref(`t.${by}`)} is not null`];
    return sql`select key, ${ranksAlone ? rankingSums : sums} from (${unitRows(question, some)}) r group by key ${hasSomething}`;
  }
  const none = sql`select null::text as key, ${sums} from (${unitRows(question, [sql`${sql.ref(`t.${by}`)} is null`])}) r ${hasSomething}`;
  const alone = withNone ? [none] : [];
  if (isAllTime(buckets)) return sql.join([withinPeriod(question, source, top), ...alone], sql` union all `);
  const edge = acrossEdges(question, source, top && { name: 'best', limit: top.limit });
  return sql`with best as materialized (${withinPeriod(question, source, top)})
    ${sql.join([sql`select * from best`, edge, ...alone], sql` union all `)}`;
}

/** What calls without a price leave of those they took the place of is no cost. */
const knownCost = sql`case when coalesce(unpriced_calls, 0) < llm_calls then cost_usd end as cost_usd`;

/** A page of `rankedUnits` by cost, as `key`, `cost_usd` and `unpriced_calls`, each row with how many there are in all (as `total`). */
export function rankedPage(question: UnitsQuestion, { limit, offset }: { limit: number; offset: number }): Sql {
  const page = sql`order by ${ranking('key', false)} limit ${limit} offset ${offset}`;
  const source = keyTotalsOf(question);
  if (source === null) {
    return sql`with unit as materialized (${rankedUnits(question, { ranksAlone: true })})
      select key, ${knownCost}, unpriced_calls, (select count(*) from unit) as total from unit ${page}`;
  }
  const top = limit + offset;
  const edges = isAllTime(question.buckets)
    ? sql``
    : sql`union all ${acrossEdges(question, source, { name: 'best', limit: top })}`;
  return sql`with best as materialized (${withinPeriod(question, source, { limit: top })})
    select key, ${knownCost}, unpriced_calls, (${countUnits(question)}) as total from (select * from best ${edges}) as unit ${page}`;
}

/**
 * That the key `id` has something in the period, as a condition; null where only units can tell. Whether keys are looked up
 * one by one or all at once is the planner's choice: where most have something, a page of them is found at once.
 */
export function isActiveKey(question: UnitsQuestion, id: Sql): Sql | null {
  const { teamId, by, buckets } = question;
  const source = keyTotalsOf(question);
  if (source === null) return null;
  const { table, ofKeys } = source;
  const of = (more: readonly Sql[]): Sql =>
    sql`exists (select from ${sql.table(table)} t ${where([...ofKeys, sql`t.id = ${id}`, ...more])})`;
  const something = sql`(t.records > 0 or t.llm_calls > 0)`;
  if (isAllTime(buckets)) return of([something]);
  const { overlaps, within, certain } = spanOf(buckets);
  const found = sql`exists (select from ${unitsOfKey(source, by)} where exists (
    select from ${bucketsOfUnit(teamId, buckets, 'u')} r where r.records > 0 or r.llm_calls > 0))`;
  return of([overlaps, sql`case when ${within} then ${something} else ${certain} or ${found} end`]);
}

/** How many keys `rankedUnits` has, without what has none: whether there is anything is found out sooner than how much. */
export function countUnits(question: UnitsQuestion): Sql {
  const { teamId, by, buckets } = question;
  const { overlaps, within, certain } = spanOf(buckets);
  const something = (alias: string): Sql =>
    sql`(${sql.ref(`${alias}.records`)} > 0 or ${sql.ref(`${alias}.llm_calls`)} > 0)`;
  const found = (unit: string): Sql =>
    sql`exists (select from ${bucketsOfUnit(teamId, buckets, unit)} r where ${something('r')})`;
  const allTime = isAllTime(buckets);
  const key = sql.ref(`t.${by}`);
  const source = keyTotalsOf(question);
  if (source === null) {
    const active = allTime ? [] : [overlaps, sql`(${within} or ${found('t')})`];
    return sql`select count(distinct ${key}) from ${unitsOf(question)} ${where([something('t'), ...active])}`;
  }
  const all = sql`select count(*) from (${withinPeriod(question, source)}) as unit`;
  if (allTime) return all;
  return sql`select (${all}) + (select count(*) from ${keysAcross(source, buckets, [certain])})
    + (select count(*) from ${keysAcross(source, buckets, [sql`not ${certain}`])}
    where exists (select from ${unitsOfKey(source, by)} where ${found('u')}))`;
}
