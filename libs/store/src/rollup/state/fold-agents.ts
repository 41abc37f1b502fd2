import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { Scope } from '../fold/scope.ts';
import { registerParts } from './register.ts';

const registers = registerParts([
  { value: 'host', at: 'host_at' },
  { value: 'crew_id', at: 'crew_at' },
  { value: 'parent_agent_id', at: 'parent_at' },
  { value: 'run_id', at: 'run_at' },
]);

/**
 * fold_base → agent: when it spoke and acted, and its newest host, crew, parent and run. One that speaks for itself is
 * no sub-agent, whatever was known under its id: its row begins anew.
 */
export async function foldAgents(trx: DbTransaction, teamId: string): Promise<void> {
  await sql`delete from agent where team_id = ${teamId} and sub_agent is not null and agent_id in (
      select agent_id from fold_base where records is not null and strpos(agent_id, '/') > 0)`.execute(trx);
  await sql`insert into agent as t (team_id, agent_id, first_at, last_at, active_at, logged_at, ${registers.columns})
    select ${teamId}, agent_id, min(first_at), max(last_at), max(active_at), max(logged_at), ${registers.values}
    from fold_base where records is not null group by agent_id
    on conflict (team_id, agent_id) do update set
      first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at),
      active_at = greatest(t.active_at, excluded.active_at), logged_at = greatest(t.logged_at, excluded.logged_at),
      ${registers.merge}`.execute(trx);
}

/**
 * The model of the newest call. What is newest is found once, in a materialized part: a server that knows nothing of its
 * tables yet would otherwise find it again for every agent.
 */
export async function foldAgentModels(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  await sql`with n as materialized (
      select distinct on (r.agent_id) r.agent_id, r.model, r.at from llm_call r where ${rows}
      order by r.agent_id, r.at desc, r.model desc)
    update agent a set model = n.model, model_at = n.at from n
    where a.team_id = ${teamId} and a.agent_id = n.agent_id
      and (a.model_at is null or (n.at, n.model) > (a.model_at, a.model))`.execute(trx);
}

/** The newest sample of each agent's process tree. */
export async function foldAgentSamples(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  await sql`with n as materialized (
      select distinct on (r.agent_id) r.agent_id, r.at, r.id, r.pid, r.cpu_percent, r.memory_bytes, r.threads, r.processes,
        r.status
      from process_sample r where ${rows} order by r.agent_id, r.at desc, r.id desc)
    update agent a set sample_at = n.at, sample_id = n.id, sample_pid = n.pid, cpu_percent = n.cpu_percent,
      memory_bytes = n.memory_bytes, threads = n.threads, processes = n.processes, sample_status = n.status
    from n where a.team_id = ${teamId} and a.agent_id = n.agent_id
      and (a.sample_at is null or (n.at, n.id) > (a.sample_at, a.sample_id))`.execute(trx);
}
