import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { Scope } from '../fold/scope.ts';
import { registerParts } from './register.ts';

const registers = registerParts([
  { value: 'session_id', at: 'session_at' },
  { value: 'task_id', at: 'task_at' },
  { value: 'crew_id', at: 'crew_at' },
  { value: 'host', at: 'host_at' },
]);

/** fold_base → run: its words, who spoke first under it, and its newest session, task, crew and host. */
export async function foldRuns(trx: DbTransaction, teamId: string): Promise<void> {
  const earlier = sql`(excluded.agent_at, excluded.agent_id) < (t.agent_at, t.agent_id)`;
  await sql`insert into run as t (team_id, run_id, first_at, last_at, word_at, active_at, logged_at, sample_at,
      agent_id, agent_at, ${registers.columns})
    select ${teamId}, run_id, min(first_at), max(last_at), max(word_at), max(active_at), max(logged_at),
      max(last_at) filter (where samples > 0),
      (array_agg(agent_id order by first_at, agent_id))[1], min(first_at), ${registers.values}
    from fold_base where records is not null and run_id is not null group by run_id
    on conflict (team_id, run_id) do update set
      first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at),
      word_at = greatest(t.word_at, excluded.word_at),
      active_at = greatest(t.active_at, excluded.active_at), logged_at = greatest(t.logged_at, excluded.logged_at),
      sample_at = greatest(t.sample_at, excluded.sample_at),
      agent_id = case when ${earlier} then excluded.agent_id else t.agent_id end,
      agent_at = least(t.agent_at, excluded.agent_at), ${registers.merge}`.execute(trx);
}

/** `with` the newest (or first) run_event of each run that `when` picks, as `n`; materialized as for agents. */
const eachRun = ({ rows }: Scope, when: RawBuilder<unknown>, order: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  with n as materialized (
    select distinct on (r.run_id) r.* from run_event r where ${rows} and r.run_id is not null and ${when}
    order by r.run_id, ${order})`;

const newest = sql`r.at desc, r.id desc`;
const isLost = sql`r.reason is not distinct from 'lost'`;

/**
 * What its events say about a run. Each statement keeps the newest (the first, of starts) of one sort, so the result
 * follows from the set of events; the table's generated columns say what follows for its end.
 */
export async function foldRunEvents(trx: DbTransaction, scope: Scope): Promise<void> {
  const ofRun = sql`t.team_id = ${scope.teamId} and t.run_id = n.run_id`;
  await sql`${eachRun(scope, sql`r.event in ('started', 'attached')`, sql`r.at, r.id`)}
    update run t set start_at = n.at, start_id = n.id, pid = n.pid, command = n.command,
      output_capture = n.attributes ->> 'output_capture'
    from n where ${ofRun} and (t.start_at is null or (n.at, n.id) < (t.start_at, t.start_id))`.execute(trx);
  await sql`${eachRun(scope, sql`r.event = 'ended' and not ${isLost}`, newest)}
    update run t set end_at = n.at, end_id = n.id, exit_code = n.exit_code, signal = n.signal,
      end_word = coalesce(n.reason, case when n.exit_code = 0 then 'completed' else 'failed' end)
    from n where ${ofRun} and (t.end_at is null or (n.at, n.id) > (t.end_at, t.end_id))`.execute(trx);
  await sql`${eachRun(scope, sql`r.event = 'ended' and ${isLost}`, newest)}
    update run t set lost_at = n.at from n where ${ofRun} and (t.lost_at is null or n.at > t.lost_at)`.execute(trx);
  await sql`${eachRun(scope, sql`r.event in ('paused', 'resumed')`, sql`r.at desc, r.event`)}
    update run t set pause_at = n.at, paused = n.event = 'paused' from n
    where ${ofRun} and (t.pause_at is null or n.at > t.pause_at or (n.at = t.pause_at and n.event = 'paused'))`.execute(
    trx,
  );
  // The steps that follow say what is done about it, not where it stands.
  await sql`${eachRun(scope, sql`r.event = 'limit' and r."limit" is not null`, newest)}
    update run t set limit_at = n.at, limit_id = n.id, limit_name = n."limit", limit_step = n.step,
      limit_value = n.value, limit_cap = n.cap
    from n where ${ofRun} and (t.limit_at is null or (n.at, n.id) > (t.limit_at, t.limit_id))`.execute(trx);
}
