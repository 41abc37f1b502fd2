import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { Scope } from '../fold/scope.ts';
import { hasSubAgent, subAgentIdOf, subAgentOf } from '../sub-agent-sql.ts';
import { registerParts } from './register.ts';

const registers = registerParts([
  { value: 'host', at: 'host_at' },
  { value: 'crew_id', at: 'crew_at' },
  { value: 'run_id', at: 'run_at' },
]);

/**
 * fold_base → agent: the sub-agents that records of their agents are about. Where two have one id it stands for the one
 * heard of last; where an agent that speaks for itself has it, for that agent alone.
 */
export async function foldSubAgents(trx: DbTransaction, teamId: string): Promise<void> {
  const own = subAgentOf(sql`labels`);
  const newest = (value: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`(array_agg(${value} order by last_at desc, agent_id desc, ${own} desc))[1]`;
  const isNewer = sql`(excluded.parent_at, excluded.parent_agent_id, excluded.sub_agent) > (t.parent_at, t.parent_agent_id, t.sub_agent)`;
  await sql`insert into agent as t (team_id, agent_id, parent_agent_id, parent_at, sub_agent, first_at, last_at, active_at,
      logged_at, ${registers.columns})
    select ${teamId}, ${subAgentIdOf(sql`agent_id`, own)} as sub_agent_id, ${newest(sql`agent_id`)}, max(last_at), ${newest(own)},
      min(first_at), max(last_at), max(active_at), max(logged_at), ${registers.values}
    from fold_base where records is not null and ${hasSubAgent(sql`labels`)} group by sub_agent_id
    on conflict (team_id, agent_id) do update set
      parent_agent_id = case when ${isNewer} then excluded.parent_agent_id else t.parent_agent_id end,
      sub_agent = case when ${isNewer} then excluded.sub_agent else t.sub_agent end,
      parent_at = greatest(t.parent_at, excluded.parent_at),
      first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at),
      active_at = greatest(t.active_at, excluded.active_at), logged_at = greatest(t.logged_at, excluded.logged_at),
      ${registers.merge}
    where t.sub_agent is not null`.execute(trx);
}

/** What a sub-agent's client calls it, and the model of its newest call. */
export async function foldSubAgentCalls(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  const own = subAgentOf(sql`r.labels`);
  const mine = sql`a.team_id = ${teamId} and a.agent_id = ${subAgentIdOf(sql`n.agent_id`, sql`n.sub_agent`)}
    and a.parent_agent_id = n.agent_id and a.sub_agent = n.sub_agent`;
  const newest = (value: RawBuilder<unknown>): RawBuilder<unknown> => sql`with n as materialized (
      select distinct on (r.agent_id, ${own}) r.agent_id, ${own} as sub_agent, ${value} as value, r.at
      from llm_call r where ${rows} and ${hasSubAgent(sql`r.labels`)} and ${value} is not null
      order by r.agent_id, ${own}, r.at desc, ${value} desc)`;
  await sql`${newest(sql`r.model`)} update agent a set model = n.value, model_at = n.at from n
    where ${mine} and (a.model_at is null or (n.at, n.value) > (a.model_at, a.model))`.execute(trx);
  await sql`${newest(sql`r.attributes ->> 'client_agent_name'`)} update agent a set name = n.value, name_at = n.at from n
    where ${mine} and (a.name_at is null or (n.at, n.value) > (a.name_at, a.name))`.execute(trx);
}
