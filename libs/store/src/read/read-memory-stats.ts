import type { MemoryStats } from '@telltale/contracts/http/memory-stats';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { inSnapshot } from './in-snapshot.ts';
import { rollupRows } from './rollup-rows.ts';
import { findSubAgent } from './sub-agents.ts';

type Totals = { stores: string | null; recalls: string | null; bytes: string | null };
type State = { last_at: Date | null; hits: number | null; misses: number | null; top: MemoryStats['top_memories'] };

type Agent = { teamId: string; agentId: string };

const mostRecalled = 10;

/** Of the agent and its memory; null when the team has no such agent. */
async function readState(db: Db, { teamId, agentId }: Agent): Promise<State | null> {
  const { rows } = await sql<State>`
    select m.last_at, m.hits, m.misses, (
      select coalesce(json_agg(json_build_object('memory_id', memory_id, 'recalls', recalls) order by recalls desc, memory_id), '[]')
      from (select memory_id, recalls from agent_recall where team_id = ${teamId} and agent_id = ${agentId}
        order by recalls desc, memory_id limit ${sql.lit(mostRecalled)}) as most) as top
    from agent a left join agent_memory m using (team_id, agent_id)
    where a.team_id = ${teamId} and a.agent_id = ${agentId}`.execute(db);
  return rows[0] ?? null;
}

/** The newest word on each attribute. */
async function readReported(db: Db, { teamId, agentId }: Agent): Promise<Partial<MemoryStats>> {
  const { rows } = await sql<{ name: string; value: string | number }>`
    select name, value from agent_memory_report where team_id = ${teamId} and agent_id = ${agentId}`.execute(db);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** What an agent did with its memory, of all time; null when the team has no such agent. Reads no records. */
export async function readMemoryStats(db: Db, agent: Agent): Promise<MemoryStats | null> {
  const { teamId, agentId } = agent;
  return inSnapshot(db, async (snapshot) => {
    const state = await readState(snapshot, agent);
    if (state === null) return null;
    const segments = [{ grain: 0 as const, from: null, to: null }];
    const subAgent = await findSubAgent(snapshot, teamId, agentId);
    const filter = subAgent === null ? { agent_id: agentId } : { agent_id: subAgent.agentId, labels: subAgent.labels };
    const { rows } = await sql<Totals>`
      select sum(r.memory_stores) as stores, sum(r.memory_recalls) as recalls, sum(r.memory_stored_bytes) as bytes
      ${rollupRows({ teamId, cube: 'place', segments, filter })}`.execute(snapshot);
    const stored = Number(rows[0]?.stores ?? 0);
    const bytes = rows[0]?.bytes ?? null;
    const hits = state.hits ?? 0;
    const judged = hits + (state.misses ?? 0);
    return {
      app_agent_id: agentId,
      memories_stored_count: stored,
      memories_recalled_count: Number(rows[0]?.recalls ?? 0),
      last_activity_timestamp: state.last_at?.toISOString() ?? null,
      size_bytes: stored > 0 && bytes === null ? null : Number(bytes ?? 0),
      hit_rate: judged === 0 ? null : Number((hits / judged).toFixed(6)),
      ...(await readReported(snapshot, agent)),
      top_memories: state.top,
    };
  });
}
