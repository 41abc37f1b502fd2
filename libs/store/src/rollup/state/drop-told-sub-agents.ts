import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { measures } from '../measures.ts';
import { hasSubAgent, subAgentIdOf, subAgentOf } from '../sub-agent-sql.ts';

/** What says that a sub-agent did anything; its records are there though they tell of calls of another. */
const done = measures.filter(({ name, type }) => name !== 'records' && type !== 'text');

/**
 * Takes away sub-agents of whose calls another agent tells, and of whom nothing else is known: a transcript was imported under one
 * name, and the client reports under another. Called when the totals are what they are; a later word brings them back. Said of series
 * is also what their index is for: those of all sessions would be read by every fold else.
 */
export async function dropToldSubAgents(trx: DbTransaction, teamId: string): Promise<void> {
  const own = subAgentOf(sql`labels`);
  const did = sql.join(
    done.map(({ name }) => sql`coalesce(r.${sql.ref(name)}, 0) <> 0`),
    sql` or `,
  );
  await sql`delete from agent a using (
      select agent_id, ${own} as sub_agent from fold_llm where ${hasSubAgent(sql`labels`)}
      union select agent_id, ${own} from fold_delta where ${hasSubAgent(sql`labels`)}) told
    where a.team_id = ${teamId} and a.agent_id = ${subAgentIdOf(sql`told.agent_id`, sql`told.sub_agent`)}
      and a.parent_agent_id = told.agent_id and a.sub_agent = told.sub_agent
      and not exists (select from series s join rollup r on r.team_id = s.team_id and r.series_id = s.series_id
        where s.team_id = ${teamId} and s.cube = 'place' and s.agent_id = told.agent_id
          and s.session_id is null and s.task_id is null and s.run_id is null
          and ${subAgentOf(sql`s.labels`)} = told.sub_agent and r.cube = 'place' and r.grain = 0 and (${did}))`.execute(
    trx,
  );
}
