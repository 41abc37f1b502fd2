import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { Scope } from '../fold/scope.ts';
import { foldMemory } from '../state/fold-memory.ts';
import { unfoldedBatches } from './fill-range.ts';

/**
 * Agents with operations in the range all of whose operations are still kept: as many as all time has. What is counted of
 * the others is more than their records can say, and stays.
 */
async function wholeAgents(trx: DbTransaction, { teamId, rows }: Scope, unfolded: number[]): Promise<string[]> {
  const found = await sql<{ agent_id: string }>`
    with touched as (select distinct r.agent_id from memory_operation r where ${rows}),
    kept as (select r.agent_id, count(*) as operations from memory_operation r join touched using (agent_id)
      where r.team_id = ${teamId} and r.batch_no <> all(${unfolded}::bigint[]) group by 1),
    ever as (select s.agent_id, sum(coalesce(r.memory_stores, 0) + coalesce(r.memory_recalls, 0) + coalesce(r.memory_deletes, 0)) as operations
      from series s join rollup r on r.team_id = s.team_id and r.series_id = s.series_id and r.grain = 0
      where s.team_id = ${teamId} and s.cube = 'place' and s.session_id is null and s.task_id is null and s.run_id is null
      group by 1)
    select agent_id from kept join ever using (agent_id, operations)`.execute(trx);
  return found.rows.map(({ agent_id }) => agent_id);
}

/** Makes what agents did with their memory anew from records, after the rollups of the range. */
export async function replaceMemory(trx: DbTransaction, scope: Scope): Promise<void> {
  const { teamId, labelNames } = scope;
  const unfolded = await unfoldedBatches(trx, teamId);
  const agents = await wholeAgents(trx, scope, unfolded);
  if (agents.length === 0) return;
  for (const table of ['agent_memory', 'agent_recall', 'agent_memory_report']) {
    await sql`delete from ${sql.table(table)} where team_id = ${teamId} and (agent_id = any(${agents}::text[])
      or agent_id in (select agent_id from agent where team_id = ${teamId} and parent_agent_id = any(${agents}::text[])
        and sub_agent is not null))`.execute(trx);
  }
  const rows = sql<boolean>`r.team_id = ${teamId} and r.agent_id = any(${agents}::text[])
    and r.batch_no <> all(${unfolded}::bigint[])`;
  await foldMemory(trx, { teamId, rows, labelNames });
}
