import type { RecordKind } from '@telltale/contracts/records/record';
import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { Scope } from './scope.ts';
import { isWire } from './wire-tools.ts';

/** The kinds of records of which several may tell of one use. */
export const usedKinds = ['tool_call', 'service_call'] as const satisfies readonly RecordKind[];
export type UsedKind = (typeof usedKinds)[number];
export const isUsed = (kind: RecordKind): kind is UsedKind => usedKinds.some((used) => used === kind);

/**
 * A use of a tool is the same under the same id of the client in one session (else one run), whoever tells of it: its log, a
 * span, a transcript, a hook. Without an id or a place it is that of its span, which a Collector may send again in another
 * request; so is a call of a service. Without any of them each record is one. The wire stands in for all of these, and each of
 * its records is one.
 */
export function nameOfUse(kind: UsedKind, row: string): RawBuilder<unknown> {
  const of = (column: string): RawBuilder<unknown> => sql.ref(`${row}.${column}`);
  const span = (word: 'span ' | 'service '): RawBuilder<unknown> =>
    sql`case when ${of('attributes')} ->> 'signal' = 'span' then ${sql.lit(word)} || ${of('trace_id')} || ':' || ${of('span_id')} end`;
  if (kind === 'service_call') return sql`md5(${span('service ')})::uuid`;
  return sql`md5(case when ${isWire(row)} then 'wire ' || ${of('id')} else coalesce(
    coalesce('session ' || ${of('session_id')}, 'run ' || ${of('run_id')}) || ':' || ${of('tool_call_id')},
    ${span('span ')}) end)::uuid`;
}

/**
 * Notes who told of each use first, and puts the records of the scope that tell it again into fold_repeat; a record may come
 * in two batches too.
 */
export async function noteUses(trx: DbTransaction, scope: Scope, kind: UsedKind): Promise<void> {
  const name = nameOfUse(kind, 'r');
  await sql`with named as materialized (
      select ${name} as name, r.id, r.batch_no, r.at, r.duration_ms from ${sql.table(kind)} r
      where ${scope.rows} and ${name} is not null),
    told as (
      insert into told_tool (team_id, name, record_id, at)
      select distinct on (name) ${scope.teamId}, name, id, at from named order by name, duration_ms is null, at, id
      on conflict (team_id, name) do nothing returning record_id)
    insert into fold_repeat select id, batch_no from named
    where (id, batch_no) not in (select id, min(batch_no) from named join told on id = record_id group by id)`.execute(
    trx,
  );
}

/** Puts the records of the scope that were not the first to tell into fold_repeat. */
export async function findRepeatedUses(trx: DbTransaction, scope: Scope, kind: UsedKind): Promise<void> {
  const name = nameOfUse(kind, 'r');
  await sql`insert into fold_repeat select r.id, r.batch_no from ${sql.table(kind)} r
    where ${scope.rows} and ${name} is not null
    and (exists (select from told_tool t where t.team_id = ${scope.teamId} and t.name = ${name} and t.record_id <> r.id)
      or exists (select from ${sql.table(kind)} as twin
        where key_of(twin.team_id, twin.agent_id) = key_of(r.team_id, r.agent_id) and twin.agent_id = r.agent_id
        and twin.at = r.at and twin.id = r.id and twin.batch_no < r.batch_no))`.execute(trx);
}
