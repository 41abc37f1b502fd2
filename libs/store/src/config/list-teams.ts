import { systemTeam } from '@telltale/contracts/system-team';
import { sql } from 'kysely';
import type { Db } from '../database.ts';

export type TeamActivity = { team_id: string; agents: number; last_active: string | null };

/** The teams of the instance but its own, or one of them, the last active first; sub-agents are not counted. For choosing what to look at. */
export async function listTeams(db: Db, { teamId }: { teamId: string }): Promise<TeamActivity[]> {
  const { rows } = await sql<{ team_id: string; agents: number; last_active: Date | null }>`
    select team_id, coalesce(agents, 0)::int as agents, last_active
    from (select team_id from team union select team_id from agent group by team_id) known
    left join (select team_id, count(*) filter (where sub_agent is null) as agents, max(last_at) as last_active from agent group by team_id) seen
      using (team_id)
    where team_id <> ${systemTeam} and (${teamId}::text = '*' or team_id = ${teamId})
    order by last_active desc nulls last, team_id limit 500`.execute(db);
  return rows.map((row) => ({ ...row, last_active: row.last_active?.toISOString() ?? null }));
}
