import type { TeamTotals } from '@telltale/contracts/live';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { readSums } from './read-sums.ts';

type CountsRow = { agents: number; running: number; failing: number; delivery_lag_ms: number | null };

/** A team whose last batch is older than this has no delivery lag to show. */
const recentLag = '5 minutes';

async function readCounts(db: Db, teamId: string): Promise<CountsRow> {
  const { rows } = await sql<CountsRow>`
    select
      (select count(*) from agent where team_id = ${teamId}) as agents,
      (select count(distinct agent_id) from run where team_id = ${teamId} and ended_at is null) as running,
      (select count(*) from agent join run using (team_id, run_id)
        where agent.team_id = ${teamId} and run.end_reason not in ('completed', 'cancelled')) as failing,
      (select (extract(epoch from committed_at - received_at) * 1000)::double precision from batch_ledger
        where team_id = ${teamId} and folded_at > now() - ${recentLag}::interval
        order by folded_at desc limit 1) as delivery_lag_ms`.execute(db);
  return rows[0] ?? { agents: 0, running: 0, failing: 0, delivery_lag_ms: null };
}

/** Totals of a whole team as of the last fold; `now` in epoch ms says which UTC day is today. */
export async function readTeamTotals(db: Db, { teamId, now }: { teamId: string; now: number }): Promise<TeamTotals> {
  const today = new Date(now - (now % 86_400_000));
  const [sums, spent, counts] = await Promise.all([
    readSums(db, { teamId, cube: 'team', segments: [{ grain: 0, from: null, to: null }] }),
    readSums(db, { teamId, cube: 'team', segments: [{ grain: 1440, from: today, to: null }] }),
    readCounts(db, teamId),
  ]);
  const { agents, running, failing, delivery_lag_ms } = counts;
  return { sums, agents, running, failing, spend_today_usd: spent.cost_usd, delivery_lag_ms };
}
