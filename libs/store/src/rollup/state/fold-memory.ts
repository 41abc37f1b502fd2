import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { Scope } from '../fold/scope.ts';
import { hasSubAgent, subAgentIdOf, subAgentOf } from '../sub-agent-sql.ts';

/** Attributes that report of the memory as a whole, and the JSON type that each must have to be believed. */
const reported = {
  letta_agent_id: 'string',
  core_memory_size_kb: 'number',
  archival_memory_size_kb: 'number',
  vector_db_entries_count: 'number',
} as const;

/**
 * The operations as `r`, each under the `whose` of its agent and, where a sub-agent made it, of that too: it has no records
 * of its own.
 */
function operationsOf(teamId: string): RawBuilder<unknown> {
  const own = subAgentOf(sql`r.labels`);
  return sql`memory_operation r cross join lateral (
    select r.agent_id as whose union all
    select a.agent_id from agent a where ${hasSubAgent(sql`r.labels`)} and a.team_id = ${teamId}
      and a.agent_id = ${subAgentIdOf(sql`r.agent_id`, own)} and a.parent_agent_id = r.agent_id and a.sub_agent = ${own}) as known`;
}

/** Recalls that found something and found nothing, and the newest operation. */
async function foldOperations(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  await sql`insert into agent_memory as t (team_id, agent_id, last_at, hits, misses)
    select ${teamId}, whose, max(r.at), count(*) filter (where r.operation = 'recall' and r.hit),
      count(*) filter (where r.operation = 'recall' and not r.hit)
    from ${operationsOf(teamId)} where ${rows} group by whose
    on conflict (team_id, agent_id) do update set last_at = greatest(t.last_at, excluded.last_at),
      hits = t.hits + excluded.hits, misses = t.misses + excluded.misses`.execute(trx);
}

async function foldRecalls(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  await sql`insert into agent_recall as t (team_id, agent_id, memory_id, recalls, last_at)
    select ${teamId}, whose, r.memory_id, count(*), max(r.at) from ${operationsOf(teamId)}
    where ${rows} and r.operation = 'recall' and r.memory_id is not null and r.hit is not false
    group by whose, r.memory_id
    on conflict (team_id, agent_id, memory_id) do update set
      recalls = t.recalls + excluded.recalls, last_at = greatest(t.last_at, excluded.last_at)`.execute(trx);
}

/** The newest word on each attribute. */
async function foldReports(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  await sql`insert into agent_memory_report as t (team_id, agent_id, name, value, at, id)
    select distinct on (whose, name) ${teamId}, whose, name, r.attributes -> name, r.at, r.id
    from ${operationsOf(teamId)} join unnest(${Object.keys(reported)}::text[], ${Object.values(reported)}::text[]) as wanted (name, type)
      on jsonb_typeof(r.attributes -> name) = type
    where ${rows} and r.attributes is not null
    order by whose, name, r.at desc, r.id desc
    on conflict (team_id, agent_id, name) do update set value = excluded.value, at = excluded.at, id = excluded.id
    where (excluded.at, excluded.id) > (t.at, t.id)`.execute(trx);
}

/** memory_operation → what agents' memories are asked about. */
export async function foldMemory(trx: DbTransaction, scope: Scope): Promise<void> {
  await foldOperations(trx, scope);
  await foldRecalls(trx, scope);
  await foldReports(trx, scope);
}
