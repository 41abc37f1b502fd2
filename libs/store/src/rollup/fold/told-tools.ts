import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { Scope } from './scope.ts';

/**
 * A use of a tool is the same under the same id of the client in one session (else one run), whoever tells of it: its log, a
 * span, a transcript, a hook. Without an id or a place it is that of its span, which a Collector may send again in another
 * request; without any of them each record is one.
 */
export const nameOfUse = (row: string): RawBuilder<unknown> => {
  const of = (column: string): RawBuilder<unknown> => sql.ref(`${row}.${column}`);
  return sql`md5(coalesce(
    coalesce('session ' || ${of('session_id')}, 'run ' || ${of('run_id')}) || ':' || ${of('tool_call_id')},
    case when ${of('attributes')} ->> 'signal' = 'span' then 'span ' || ${of('trace_id')} || ':' || ${of('span_id')} end))::uuid`;
};
const name = nameOfUse('r');
const named = sql`${name} is not null`;

/** Notes who told of each use of a tool first, and puts the records of the scope that tell it again into fold_repeat. */
export async function noteTools(trx: DbTransaction, scope: Scope): Promise<void> {
  await sql`with named as materialized (
      select ${name} as name, r.id, r.at, r.duration_ms from tool_call r where ${scope.rows} and ${named}),
    told as (
      insert into told_tool (team_id, name, record_id, at)
      select distinct on (name) ${scope.teamId}, name, id, at from named order by name, duration_ms is null, at, id
      on conflict (team_id, name) do nothing returning record_id)
    insert into fold_repeat select id from named where id not in (select record_id from told)`.execute(trx);
}

/** Puts the records of the scope that were not the first to tell into fold_repeat. */
export async function findRepeatedTools(trx: DbTransaction, scope: Scope): Promise<void> {
  await sql`insert into fold_repeat select r.id from tool_call r where ${scope.rows} and ${named}
    and exists (select from told_tool t where t.team_id = ${scope.teamId} and t.name = ${name} and t.record_id <> r.id)`.execute(
    trx,
  );
}
