import type { LiveTotals } from '@telltale/contracts/live-entry';
import type { TeamTotals } from '@telltale/contracts/live';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { readSums } from '../read/read-sums.ts';
import { readTokenUsage } from '../read/read-token-usage.ts';

const dayMs = 86_400_000;
const allTime = [{ grain: 0, from: null, to: null }] as const;

type Counts = { agents: number; running: number; failing: number };

async function countAgents(db: Db, teamId: string): Promise<Counts> {
  const { rows } = await sql<Counts>`select
    (select count(*) from agent where team_id = ${teamId}) as agents,
    (select count(distinct agent_id) from run where team_id = ${teamId} and ended_at is null) as running,
    (select count(*) from agent a join run r on r.team_id = a.team_id and r.run_id = a.run_id
      where a.team_id = ${teamId} and r.end_reason not in ('completed', 'cancelled')) as failing`.execute(db);
  return rows[0] ?? { agents: 0, running: 0, failing: 0 };
}

async function readTeamTotals(
  db: Db,
  { teamId, now, deliveryLagMs }: { teamId: string; now: number; deliveryLagMs: number | null },
): Promise<TeamTotals> {
  const today = new Date(Math.floor(now / dayMs) * dayMs);
  const spent = [{ grain: 1440, from: today, to: new Date(today.getTime() + dayMs) }] as const;
  const team = { teamId, cube: 'team' } as const;
  return {
    sums: await readSums(db, { ...team, segments: allTime }),
    ...(await countAgents(db, teamId)),
    spend_today_usd: (await readSums(db, { ...team, segments: spent })).cost_usd,
    delivery_lag_ms: deliveryLagMs,
  };
}

/** The totals of a team and of some of its agents as of the last fold. `now` is epoch ms: whose day is today. */
export async function readLiveTotals(
  db: Db,
  question: { teamId: string; agentIds: readonly string[]; now: number; deliveryLagMs: number | null },
): Promise<LiveTotals> {
  const { teamId, agentIds } = question;
  const usage = await readTokenUsage(db, { teamId, of: 'agent_id', ids: agentIds });
  return {
    agents: [...usage].map(([agent_id, { tokens }]) => ({ agent_id, token_usage: tokens })),
    team: await readTeamTotals(db, question),
  };
}
