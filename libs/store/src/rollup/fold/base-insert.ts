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

/** Sums the rows of one kind by minute and dimensions into fold_base. */
export function baseInsert(scope: Scope, kind: RecordKind, share: KindShare): RawBuilder<unknown> {
  const dims: [string, RawBuilder<unknown>][] = [
    ['minute', sql`date_bin('1 minute', r.at, timestamptz 'epoch')`],
    ['parent_agent_id', sql`r.parent_agent_id`],
    ...common.map((name): [string, RawBuilder<unknown>] => [name, sql.ref(`r.${name}`)]),
    ['labels', allowedLabels(scope)],
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
