import { runLimits, type RunLimitsRow } from '@telltale/contracts/http/run-terms';
import type { Db } from '../database.ts';
import { writeAudit } from './audit.ts';

/** The row of the team as a whole. */
const ofTeam = '';

export type AgentLimits = { agent_id: string | null; limits: RunLimitsRow };

/** The team's own first, then agents by name. */
export async function listRunLimits(db: Db, teamId: string): Promise<AgentLimits[]> {
  const rows = await db
    .selectFrom('run_limits')
    .select(['agent_id', 'limits'])
    .where('team_id', '=', teamId)
    .orderBy('agent_id')
    .execute();
  return rows.map((row) => ({
    agent_id: row.agent_id === ofTeam ? null : row.agent_id,
    limits: runLimits.parse(row.limits),
  }));
}

/** What holds for a run of this agent that says nothing itself: each limit of the agent's, else of the team's. */
export async function readRunLimits(db: Db, teamId: string, agentId: string): Promise<RunLimitsRow> {
  const rows = await db
    .selectFrom('run_limits')
    .select(['agent_id', 'limits'])
    .where('team_id', '=', teamId)
    .where('agent_id', 'in', [ofTeam, agentId])
    .orderBy('agent_id')
    .execute();
  return runLimits.parse(Object.assign({}, ...rows.map(({ limits }) => limits)));
}

/** Sets the limits of an agent, or of the team, with an audit row; none removes them. */
export async function setRunLimits(
  db: Db,
  change: { teamId: string; agentId: string | null; limits: RunLimitsRow; actor: string },
): Promise<void> {
  const { teamId, agentId, limits, actor } = change;
  const agent_id = agentId ?? ofTeam;
  await db.transaction().execute(async (trx) => {
    if (Object.keys(limits).length === 0) {
      await trx.deleteFrom('run_limits').where('team_id', '=', teamId).where('agent_id', '=', agent_id).execute();
    } else {
      const row = { limits: JSON.stringify(limits), changed_by: actor, changed_at: new Date() };
      await trx
        .insertInto('run_limits')
        .values({ team_id: teamId, agent_id, ...row })
        .onConflict((conflict) => conflict.columns(['team_id', 'agent_id']).doUpdateSet(row))
        .execute();
    }
    const object = agentId === null ? `team:${teamId}` : `agent:${agentId}`;
    await writeAudit(trx, { teamId, actor, action: 'limits.set', object, detail: { limits } });
  });
}
