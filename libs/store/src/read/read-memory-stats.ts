import type { MemoryStats } from '@telltale/contracts/http/memory-stats';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { inSnapshot } from './in-snapshot.ts';
import { rollupRows } from './rollup-rows.ts';
import type { Segment } from './span.ts';

const dayMs = 86_400_000;

type Totals = { stores: string | null; recalls: string | null; bytes: string | null };
type Recent = { last: Date | null; hits: number; judged: number; top: MemoryStats['top_memories'] };

/** Names of attributes, and the JSON type that each must have to be believed. */
const reported = {
  letta_agent_id: 'string',
  core_memory_size_kb: 'number',
  archival_memory_size_kb: 'number',
  vector_db_entries_count: 'number',
} as const;

type Agent = { teamId: string; agentId: string };

/** Records expire and an agent may have any number of them, so no more than these are looked through. */
const newest = ({ teamId, agentId }: Agent) => sql`
  select at, id, operation, memory_id, hit, attributes from memory_operation
  where team_id = ${teamId} and agent_id = ${agentId} order by at desc, id desc limit 10000`;

async function readRecent(db: Db, agent: Agent): Promise<Recent> {
  const { rows } = await sql<Recent>`
    with recent as materialized (${newest(agent)}),
      recalled as (
        select memory_id, count(*) as recalls from recent
        where operation = 'recall' and memory_id is not null and hit is not false
        group by 1 order by 2 desc, 1 limit 10)
    select max(at) as last, count(*) filter (where operation = 'recall' and hit) as hits,
      count(*) filter (where operation = 'recall' and hit is not null) as judged,
      (select coalesce(json_agg(recalled order by recalls desc, memory_id), '[]') from recalled) as top
    from recent`.execute(db);
  return rows[0] ?? { last: null, hits: 0, judged: 0, top: [] };
}

/** The newest word on each attribute. */
async function readReported(db: Db, agent: Agent): Promise<Partial<MemoryStats>> {
  const { rows } = await sql<{ name: string; value: string | number }>`
    with recent as materialized (select * from (${newest(agent)}) found where attributes is not null)
    select distinct on (name) name, attributes -> name as value
    from recent join unnest(${Object.keys(reported)}::text[], ${Object.values(reported)}::text[]) as wanted (name, type)
      on jsonb_typeof(attributes -> name) = type
    order by name, at desc, id desc`.execute(db);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** The quarter hour of the newest operation, or its day: what is left to know when its record is gone. */
async function lastBucket(db: Db, { teamId, agentId }: Agent): Promise<Date | null> {
  const newest = async (segment: Segment): Promise<Date | null> => {
    const found = rollupRows({
      teamId,
      cube: 'place',
      segments: [segment],
      filter: { agent_id: agentId },
      exact: true,
    });
    const { rows } = await sql<{ last: Date | null }>`select max(r.bucket) as last ${found}
      and (r.memory_stores > 0 or r.memory_recalls > 0 or r.memory_deletes > 0)`.execute(db);
    return rows[0]?.last ?? null;
  };
  const day = await newest({ grain: 1440, from: null, to: null });
  if (day === null) return null;
  return (await newest({ grain: 15, from: day, to: new Date(day.getTime() + dayMs) })) ?? day;
}

/** null when the team has no such agent. */
export async function readMemoryStats(db: Db, agent: Agent): Promise<MemoryStats | null> {
  const { teamId, agentId } = agent;
  return inSnapshot(db, async (snapshot) => {
    const { rows: known } = await sql`
      select 1 from agent where team_id = ${teamId} and agent_id = ${agentId}`.execute(snapshot);
    if (known.length === 0) return null;
    const segments = [{ grain: 0 as const, from: null, to: null }];
    const { rows } = await sql<Totals>`
      select sum(r.memory_stores) as stores, sum(r.memory_recalls) as recalls, sum(r.memory_stored_bytes) as bytes
      ${rollupRows({ teamId, cube: 'place', segments, filter: { agent_id: agentId } })}`.execute(snapshot);
    const stored = Number(rows[0]?.stores ?? 0);
    const bytes = rows[0]?.bytes ?? null;
    const { hits, judged, top, ...recent } = await readRecent(snapshot, agent);
    const last = recent.last ?? (await lastBucket(snapshot, agent));
    return {
      app_agent_id: agentId,
      memories_stored_count: stored,
      memories_recalled_count: Number(rows[0]?.recalls ?? 0),
      last_activity_timestamp: last?.toISOString() ?? null,
      size_bytes: stored > 0 && bytes === null ? null : Number(bytes ?? 0),
      hit_rate: judged === 0 ? null : Number((hits / judged).toFixed(6)),
      ...(await readReported(snapshot, agent)),
      top_memories: top,
    };
  });
}
