import { subAgentLabel } from '@telltale/contracts/records/sub-agent';
import type { Sums } from '@telltale/contracts/sums';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { rollupRows } from './rollup-rows.ts';
import { sumColumns, toSums, type SumsRow } from './sums-row.ts';

/** Under which agent the records of a sub-agent are, and by which label. */
export type SubAgent = { agentId: string; labels: Readonly<Record<string, string>> };

/** Only the id of a sub-agent has one, though others may have one too. */
const mark = '/';

/** Whose records an id stands for where it is a sub-agent's; null: the agent's own. */
export async function findSubAgent(db: Db, teamId: string, agentId: string): Promise<SubAgent | null> {
  if (!agentId.includes(mark)) return null;
  const { rows } = await sql<{ parent_agent_id: string; sub_agent: string }>`
    select parent_agent_id, sub_agent from agent
    where team_id = ${teamId} and agent_id = ${agentId} and sub_agent is not null`.execute(db);
  const [found] = rows;
  return found === undefined ? null : { agentId: found.parent_agent_id, labels: { [subAgentLabel]: found.sub_agent } };
}

/** Totals of all time of those of the agents that are sub-agents, by id. */
export async function readSubAgentSums(
  db: Db,
  { teamId, ids }: { teamId: string; ids: readonly string[] },
): Promise<Map<string, Sums>> {
  const asked = ids.filter((id) => id.includes(mark));
  if (asked.length === 0) return new Map();
  const segments = [{ grain: 0, from: null, to: null }] as const;
  const { rows } = await sql<SumsRow & { key: string }>`
    select a.agent_id as key, totals.* from agent a cross join lateral (
      select ${sumColumns} ${rollupRows({ teamId, cube: 'place', segments })} and s.agent_id = a.parent_agent_id
        and s.labels @> jsonb_build_object(${sql.lit(subAgentLabel)}, a.sub_agent)) as totals
    where a.team_id = ${teamId} and a.agent_id = any(${asked}::text[]) and a.sub_agent is not null`.execute(db);
  return new Map(rows.map((row) => [row.key, toSums(row)]));
}
