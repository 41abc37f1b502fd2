import { subAgentLabel } from '@telltale/contracts/records/sub-agent';
import type { Sums } from '@telltale/contracts/sums';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { subAgentOf } from '../rollup/sub-agent-sql.ts';
import { rollupRows } from './rollup-rows.ts';
import { sumColumns, toSums, type SumsRow } from './sums-row.ts';

/** Under which agent the records of a sub-agent are, and by which label. */
export type SubAgent = { agentId: string; labels: Readonly<Record<string, string>> };

/** Only the id of a sub-agent has one, though others may have one too. */
const mark = '/';

/** Whose records an id stands for where it is a sub-agent's; null: the agent's own. */
export async function findSubAgent(db: Db, teamId: string, agentId: string): Promise<SubAgent | null> {
  const found = await findSubAgents(db, teamId, [agentId]);
  return found.get(agentId)?.whose ?? null;
}

/** `firstAt`: when it was first heard of (UTC ISO 8601). */
export type FoundSubAgent = { whose: SubAgent; firstAt: string };

/** The same of those of the ids that are sub-agents', by id. */
export async function findSubAgents(
  db: Db,
  teamId: string,
  ids: readonly string[],
): Promise<Map<string, FoundSubAgent>> {
  const asked = ids.filter((id) => id.includes(mark));
  if (asked.length === 0) return new Map();
  const { rows } = await sql<{ agent_id: string; parent_agent_id: string; sub_agent: string; first_at: Date }>`
    select agent_id, parent_agent_id, sub_agent, first_at from agent
    where team_id = ${teamId} and agent_id = any(${asked}::text[]) and sub_agent is not null`.execute(db);
  return new Map(
    rows.map(({ agent_id, parent_agent_id, sub_agent, first_at }) => {
      const whose = { agentId: parent_agent_id, labels: { [subAgentLabel]: sub_agent } };
      return [agent_id, { whose, firstAt: first_at.toISOString() }];
    }),
  );
}

/** Totals of all time of those of the agents that are sub-agents, by id. */
export async function readSubAgentSums(
  db: Db,
  { teamId, ids }: { teamId: string; ids: readonly string[] },
): Promise<Map<string, Sums>> {
  const asked = ids.filter((id) => id.includes(mark));
  if (asked.length === 0) return new Map();
  const segments = [{ grain: 0, from: null, to: null }] as const;
  // The series of an agent are read once, however many of its sub-agents are asked for.
  const own = subAgentOf(sql`s.labels`);
  const { rows } = await sql<SumsRow & { key: string }>`
    with asked as materialized (select agent_id, parent_agent_id, sub_agent from agent
      where team_id = ${teamId} and agent_id = any(${asked}::text[]) and sub_agent is not null)
    select asked.agent_id as key, totals.* from asked join (
      select s.agent_id as parent_agent_id, ${own} as sub_agent, ${sumColumns}
      ${rollupRows({ teamId, cube: 'place', segments })} and s.agent_id = any(array(select parent_agent_id from asked))
        and ${own} = any(array(select sub_agent from asked)) group by 1, 2) as totals
      using (parent_agent_id, sub_agent)`.execute(db);
  return new Map(rows.map((row) => [row.key, toSums(row)]));
}
