import type { LiveTotals } from '@telltale/contracts/live-entry';
import type { Db } from '../database.ts';
import { readTeamTotals } from '../read/read-team-totals.ts';
import { readTokenUsage } from '../read/read-token-usage.ts';

/** The totals of a team and of some of its agents as of the last fold. `now` is epoch ms: whose day is today. */
export async function readLiveTotals(
  db: Db,
  question: { teamId: string; agentIds: readonly string[]; now: number; deliveryLagMs: number | null },
): Promise<LiveTotals> {
  const { teamId, agentIds } = question;
  const usage = await readTokenUsage(db, { teamId, of: 'agent_id', ids: agentIds });
  return {
    agents: [...usage].map(([agent_id, { tokens, under }]) => ({
      agent_id,
      token_usage: tokens,
      ...(under === null ? {} : { under }),
    })),
    team: await readTeamTotals(db, question),
  };
}
