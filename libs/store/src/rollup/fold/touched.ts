import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { hasSubAgent, subAgentIdOf, subAgentOf } from '../sub-agent-sql.ts';

/** Ids that a fold changed something of; sub-agents are among the agents. */
export type Touched = { agents: string[]; sessions: string[]; runs: string[]; tasks: string[] };

const labels = sql.ref('labels');
const subAgents = sql`select ${subAgentIdOf(sql.ref('agent_id'), subAgentOf(labels))} from fold_base where ${hasSubAgent(labels)}`;

export async function readTouched(trx: DbTransaction): Promise<Touched> {
  const { rows } = await sql<Touched>`select
    array(select agent_id from fold_base union ${subAgents}) as agents,
    array(select distinct session_id from fold_base where session_id is not null) as sessions,
    array(select distinct run_id from fold_base where run_id is not null) as runs,
    array(select distinct task_id from fold_base where task_id is not null) as tasks`.execute(trx);
  return rows[0] ?? { agents: [], sessions: [], runs: [], tasks: [] };
}
