import { budgetSpanAt } from '@telltale/contracts/budgets/budget-period';
import type { TeamTotals } from '@telltale/contracts/live';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { readSums } from './read-sums.ts';
import { bucketsOf, type Buckets } from './span.ts';

/** A team whose last batch is older than this has no delivery lag to show. */
const recentLag = '5 minutes';

type Counts = { agents: number; running: number; failing: number };

async function countAgents(db: Db, teamId: string): Promise<Counts> {
  const { rows } = await sql<Counts>`
    select
      (select count(*) from agent where team_id = ${teamId} and sub_agent is null) as agents,
      (select count(distinct agent_id) from run where team_id = ${teamId} and ended_at is null) as running,
      (select count(*) from agent join run using (team_id, run_id)
        where agent.team_id = ${teamId} and agent.sub_agent is null and run.end_reason not in ('completed', 'cancelled', 'unknown')) as failing`.execute(
    db,
  );
  return rows[0] ?? { agents: 0, running: 0, failing: 0 };
}

/** From the receipt to the commit of the batch that was folded last, in ms; null when there was none lately. */
export async function readDeliveryLag(db: Db, teamId: string): Promise<number | null> {
  const { rows } = await sql<{ lag_ms: number }>`
    select (extract(epoch from committed_at - received_at) * 1000)::double precision as lag_ms from batch_ledger
    where team_id = ${teamId} and folded_at > now() - ${recentLag}::interval
    order by folded_at desc limit 1`.execute(db);
  return rows[0]?.lag_ms ?? null;
}

/** The day of the team's time zone that `now` lies in, to its end: a call that a clock puts slightly ahead is of today. */
async function todayOf(db: Db, teamId: string, now: number): Promise<Buckets> {
  const team = await db.selectFrom('team').select('time_zone').where('team_id', '=', teamId).executeTakeFirst();
  const { from, to } = budgetSpanAt('day', team?.time_zone ?? 'UTC', now);
  return bucketsOf({ from, to: to ?? now }, now);
}

/** Totals of a whole team as of the last fold; `now` in epoch ms says which day is today. */
export async function readTeamTotals(
  db: Db,
  { teamId, now, deliveryLagMs }: { teamId: string; now: number; deliveryLagMs: number | null },
): Promise<TeamTotals> {
  const team = { teamId, cube: 'team' } as const;
  const { segments } = await todayOf(db, teamId, now);
  const [sums, spentToday, counts] = await Promise.all([
    readSums(db, { ...team, segments: [{ grain: 0, from: null, to: null }] }),
    readSums(db, { ...team, segments }),
    countAgents(db, teamId),
  ]);
  const { cost_usd: spend_today_usd, unpriced_calls: unpriced_calls_today } = spentToday;
  return { sums, ...counts, spend_today_usd, unpriced_calls_today, delivery_lag_ms: deliveryLagMs };
}
