import { type RawBuilder, sql } from 'kysely';
import type { RecordKind } from '@telltale/contracts/records/record';
import type { MeasureName } from '../measures.ts';
import { allowedLabels, type Scope } from './scope.ts';

/** How one kind of record enters the sums. Expressions are over the raw row `r`. */
export type KindShare = {
  /** Dimensions of this kind alone. */
  dims?: { tool?: RawBuilder<unknown>; service?: RawBuilder<unknown>; category?: RawBuilder<unknown> };
  /** Aggregates; `records` is added to each. */
  measures?: Partial<Record<MeasureName, RawBuilder<unknown>>>;
  /** Does it show that the agent works? `log` and sample are words, not work. */
  sign: 'active' | 'log' | 'none';
  /** Which rows are the run's own word; all of them when left out. */
  word?: RawBuilder<boolean>;
};

const common = ['agent_id', 'session_id', 'task_id', 'run_id', 'crew_id', 'user_id', 'project', 'host'] as const;

/** What every raw row can be grouped by, and the parent that an agent's state keeps. */
const dimsOf = (scope: Scope): [string, RawBuilder<unknown>][] => [
  ['parent_agent_id', sql`r.parent_agent_id`],
  ...common.map((name): [string, RawBuilder<unknown>] => [name, sql.ref(`r.${name}`)]),
  ['labels', allowedLabels(scope)],
];

/**
 * Adds the log lines of chunks to fold_base by their counts. First and last are those of the whole chunk in each of its
 * minutes: they serve the states only, which take the least and the greatest over all minutes.
 */
export function chunkInsert(scope: Scope): RawBuilder<unknown> {
  const dims = dimsOf(scope);
  const columns = sql.join(dims.map(([name]) => sql.ref(name)));
  const minute = sql`date_bin('1 minute', r.at, timestamptz 'epoch') + m.minute * interval '1 minute'`;
  return sql`insert into fold_base (minute, ${columns}, first_at, last_at, word_at, logged_at,
      records, log_lines, log_warnings, log_errors)
    select ${minute}, ${sql.join(dims.map(([, value]) => value))}, min(r.at), max(r.max_at), max(r.max_at), max(r.max_at),
      sum(m.lines), sum(m.lines), sum(m.warnings), sum(m.errors)
    from log_chunk r cross join lateral (
      select 0 as minute, r.lines, r.warnings, r.errors where r.minutes is null
      union all
      select r.minutes[n], r.minutes[n + 1], r.minutes[n + 2], r.minutes[n + 3]
      from generate_series(1, cardinality(r.minutes), 4) as n
    ) as m
    where ${scope.rows} group by ${sql.join(Array.from({ length: dims.length + 1 }, (_, index) => sql.lit(index + 1)))}`;
}

/** Sums the rows of one kind by minute and dimensions into fold_base. */
export function baseInsert(scope: Scope, kind: RecordKind | 'fold_wire', share: KindShare): RawBuilder<unknown> {
  const dims: [string, RawBuilder<unknown>][] = [
    ['minute', sql`date_bin('1 minute', r.at, timestamptz 'epoch')`],
    ...dimsOf(scope),
    ...Object.entries(share.dims ?? {}),
  ];
  const word = share.word === undefined ? sql`` : sql`filter (where ${share.word})`;
  const sums: [string, RawBuilder<unknown>][] = [
    ['first_at', sql`min(r.at)`],
    ['last_at', sql`max(r.at)`],
    ['word_at', sql`max(r.at) ${word}`],
    ...(share.sign === 'active' ? [['active_at', sql`max(r.at)`] as [string, RawBuilder<unknown>]] : []),
    ...(share.sign === 'log' ? [['logged_at', sql`max(r.at)`] as [string, RawBuilder<unknown>]] : []),
    ['records', sql`count(*)`],
    ...Object.entries(share.measures ?? {}),
  ];
  const columns = [...dims, ...sums].map(([name]) => sql.ref(name));
  const values = [...dims, ...sums].map(([, value]) => value);
  const groups = dims.map((_, index) => sql.lit(index + 1));
  return sql`insert into fold_base (${sql.join(columns)}) select ${sql.join(values)}
    from ${sql.table(kind)} r where ${scope.rows} group by ${sql.join(groups)}`;
}

/** Milliseconds as whole microseconds: sums of them are exact in any order. */
export const micros = (ms: RawBuilder<unknown>): RawBuilder<unknown> => sql`round(${ms} * 1000)::bigint`;

/** The latency bin of `ms`; merging bins is adding counts. */
export const binOf = (ms: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`case when ${ms} <= 0 then -100000 else ceil(ln(${ms}) / ln(1.02::double precision))::integer end`;
