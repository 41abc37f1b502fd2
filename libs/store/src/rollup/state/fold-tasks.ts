import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { Scope } from '../fold/scope.ts';
import { keepNewest } from './register.ts';

const attempt = sql`coalesce(r.attempt, 1)`;
const isEnd = sql`(r.status in ('COMPLETED', 'FAILED', 'CANCELLED'))`;
const registers = [
  { value: 'agent_id', at: 'agent_at' },
  { value: 'session_id', at: 'session_at' },
  { value: 'crew_id', at: 'crew_at' },
];

const newest = (column: 'agent_id' | 'session_id' | 'crew_id') => {
  const value = sql.ref(`r.${column}`);
  return sql`(array_agg(${value} order by r.at desc, ${value} desc) filter (where ${value} is not null))[1],
    max(r.at) filter (where ${value} is not null)`;
};

/** task_event → task: who it belongs to and when it was first and last heard of. */
async function foldIdentity(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  await sql`insert into task as t (team_id, task_id, first_at, last_at, agent_id, agent_at, session_id, session_at,
      crew_id, crew_at, status, status_attempt, status_is_end)
    select ${teamId}, r.task_id, min(r.at), max(r.at), ${newest('agent_id')}, ${newest('session_id')},
      ${newest('crew_id')}, 'PENDING', 0, false
    from task_event r where ${rows} and r.task_id is not null group by r.task_id
    on conflict (team_id, task_id) do update set
      first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at),
      ${sql.join(registers.map(keepNewest))}`.execute(trx);
}

/** The status: the greatest by attempt, whether it is an end, time and id. Its error belongs to it alone. */
async function foldStatus(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  await sql`with n as materialized (
      select distinct on (r.task_id) r.task_id, r.status, ${attempt} as attempt, ${isEnd} as is_end, r.at, r.id, r.error_message
      from task_event r where ${rows} and r.task_id is not null and r.status is not null
      order by r.task_id, ${attempt} desc, ${isEnd} desc, r.at desc, r.id desc)
    update task t set status = n.status, status_attempt = n.attempt, status_is_end = n.is_end, status_at = n.at,
      status_id = n.id, error_message = n.error_message
    from n where t.team_id = ${teamId} and t.task_id = n.task_id and (t.status_at is null
      or (n.attempt, n.is_end, n.at, n.id) > (t.status_attempt, t.status_is_end, t.status_at, t.status_id))`.execute(
    trx,
  );
}

/** When it began to run: the first RUNNING of the newest attempt that has one. */
async function foldStart(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  await sql`with n as materialized (
      select distinct on (r.task_id) r.task_id, ${attempt} as attempt, r.at
      from task_event r where ${rows} and r.task_id is not null and r.status = 'RUNNING'
      order by r.task_id, ${attempt} desc, r.at)
    update task t set run_attempt = n.attempt, run_at = n.at
    from n where t.team_id = ${teamId} and t.task_id = n.task_id and (t.run_at is null
      or n.attempt > t.run_attempt or (n.attempt = t.run_attempt and n.at < t.run_at))`.execute(trx);
}

/** The newest inputs, or the newest output. */
async function foldPayload(trx: DbTransaction, { teamId, rows }: Scope, name: 'inputs' | 'output'): Promise<void> {
  const [value, at, id] = [sql.ref(name), sql.ref(`${name}_at`), sql.ref(`${name}_id`)];
  await sql`with n as materialized (
      select distinct on (r.task_id) r.task_id, r.${value} as value, r.at, r.id
      from task_event r where ${rows} and r.task_id is not null and r.${value} is not null
      order by r.task_id, r.at desc, r.id desc)
    update task t set ${value} = n.value, ${at} = n.at, ${id} = n.id
    from n where t.team_id = ${teamId} and t.task_id = n.task_id
      and (t.${at} is null or (n.at, n.id) > (t.${at}, t.${id}))`.execute(trx);
}

/** A task is known once an event of it came; records that only name it do not make it. */
export async function foldTasks(trx: DbTransaction, scope: Scope): Promise<void> {
  await foldIdentity(trx, scope);
  await foldStatus(trx, scope);
  await foldStart(trx, scope);
  await foldPayload(trx, scope, 'inputs');
  await foldPayload(trx, scope, 'output');
}
