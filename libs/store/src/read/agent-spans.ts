import { sql, type RawBuilder } from 'kysely';

/**
 * An id of a raw row, for a query that is to find it by index: compared by the index's narrow key and by itself. `id` is
 * a value or an expression.
 */
export const isIndexed = (column: string, teamId: string, id: unknown): RawBuilder<unknown> => {
  const dot = column.indexOf('.');
  const team = sql.ref(`${column.slice(0, dot + 1)}team_id`);
  const own = sql.ref(column);
  return sql`key_of(${team}, ${own}) = key_of(${teamId}, ${id}) and ${own} = ${id}`;
};

export type SpanQuestion = {
  teamId: string;
  /** A raw table of one kind. */
  table: string;
  /** What the rows are of besides an agent, over the alias that is given. */
  ids: (alias: string) => readonly RawBuilder<unknown>[];
  /** Rows of batches that are not folded are looked at within this. */
  within?: readonly RawBuilder<unknown>[];
};

/**
 * Which agents have rows of a session, task or run, and in which span of time: (agent_id, first_at, last_at). Raw tables
 * are indexed by agent and time alone, and these lead to everything narrower. Folded rows are found by what the units
 * came to, the others batch by batch, so that what is stored is found at once.
 */
export function agentSpans({ teamId, table, ids, within = [] }: SpanQuestion): RawBuilder<unknown> {
  return sql`select agent_id, min(first_at) as first_at, max(last_at) as last_at from (
      ${foldedSpans({ teamId, ids })}
      union all ${unfoldedSpans({ teamId, table, ids, within })}
    ) as span group by agent_id`;
}

/** The same of folded rows alone, an agent as often as it has units. */
export function foldedSpans({ teamId, ids }: Pick<SpanQuestion, 'teamId' | 'ids'>): RawBuilder<unknown> {
  const folded = sql.join([sql`unit.team_id = ${teamId} and unit.cube = 'unit'`, ...ids('unit')], sql` and `);
  return sql`select agent_id, first_at, last_at + interval '1 minute' as last_at from unit_total as unit where ${folded}`;
}

/** The same of the batches alone that are not folded yet. */
export function unfoldedSpans({ teamId, table, ids, within = [] }: SpanQuestion): RawBuilder<unknown> {
  const rows = [
    sql`r.batch_no = l.batch_no and r.at between l.min_at and l.max_at and r.team_id = ${teamId}`,
    ...ids('r'),
    ...within,
  ];
  return sql`select own.* from batch_ledger l cross join lateral (
      select r.agent_id, min(r.at) as first_at, max(r.at) as last_at from ${sql.table(table)} r
      where ${sql.join(rows, sql` and `)} group by r.agent_id) as own
    where l.team_id = ${teamId} and l.folded_at is null and ${table} = any(l.kinds)`;
}
