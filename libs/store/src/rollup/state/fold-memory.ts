import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { Scope } from '../fold/scope.ts';

/** Attributes that report of the memory as a whole, and the JSON type that each must have to be believed. */
const reported = {
  letta_agent_id: 'string',
  core_memory_size_kb: 'number',
  archival_memory_size_kb: 'number',
  vector_db_entries_count: 'number',
} as const;

/** Recalls that found something and found nothing, and the newest operation. */
async function foldOperations(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  await sql`insert into agent_memory as t (team_id, agent_id, last_at, hits, misses)
    select ${teamId}, r.agent_id, max(r.at), count(*) filter (where r.operation = 'recall' and r.hit),
      count(*) filter (where r.operation = 'recall' and not r.hit)
    from memory_operation r where ${rows} group by r.agent_id
    on conflict (team_id, agent_id) do update set last_at = greatest(t.last_at, excluded.last_at),
      hits = t.hits + excluded.hits, misses = t.misses + excluded.misses`.execute(trx);
}

async function foldRecalls(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  await sql`insert into agent_recall as t (team_id, agent_id, memory_id, recalls, last_at)
    select ${teamId}, r.agent_id, r.memory_id, count(*), max(r.at) from memory_operation r
    where ${rows} and r.operation = 'recall' and r.memory_id is not null and r.hit is not false
    group by r.agent_id, r.memory_id
    on conflict (team_id, agent_id, memory_id) do update set
      recalls = t.recalls + excluded.recalls, last_at = greatest(t.last_at, excluded.last_at)`.execute(trx);
}

/** The newest word on each attribute. */
async function foldReports(trx: DbTransaction, { teamId, rows }: Scope): Promise<void> {
  await sql`insert into agent_memory_report as t (team_id, agent_id, name, value, at, id)
    select distinct on (r.agent_id, name) ${teamId}, r.agent_id, name, r.attributes -> name, r.at, r.id
    from memory_operation r join unnest(${Object.keys(reported)}::text[], ${Object.values(reported)}::text[]) as wanted (name, type)
      on jsonb_typeof(r.attributes -> name) = type
    where ${rows} and r.attributes is not null
    order by r.agent_id, name, r.at desc, r.id desc
    on conflict (team_id, agent_id, name) do update set value = excluded.value, at = excluded.at, id = excluded.id
    where (excluded.at, excluded.id) > (t.at, t.id)`.execute(trx);
}

/** memory_operation → what agents' memories are asked about. */
export async function foldMemory(trx: DbTransaction, scope: Scope): Promise<void> {
  await foldOperations(trx, scope);
  await foldRecalls(trx, scope);
  await foldReports(trx, scope);
}
