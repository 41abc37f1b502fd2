import type { LiveSnapshot } from '@telltale/contracts/live';
import type { Db } from '../database.ts';
import { lastActiveAgents } from './last-active-agents.ts';
import { narrowSnapshot, type SnapshotFilter } from './narrow-snapshot.ts';
import { readFleetTelemetry } from './read-fleet-telemetry.ts';
import { readDeliveryLag, readTeamTotals } from './read-team-totals.ts';
import { noTokens } from './read-token-usage.ts';

/** What a live subscription is about; `agentIds` null: the agents that were active last. */
export type SnapshotTarget =
  | { teamId: string; of: 'agent_id' | 'session_id' | 'run_id'; id: string }
  | { teamId: string; agentIds: readonly string[] | null };

const logsOfOne = 50;
/** A card of the fleet opens to this many lines. */
const logsOfMany = 10;
/** A fleet of up to so many is heard whole by its page, so its snapshot has to be whole too. */
const agentsInView = 60;

const fieldOf = { agent_id: 'agentId', session_id: 'sessionId', run_id: 'runId' } as const;

/**
 * The state of a live subscription's target as committed when this is called, or later; its lists hold what the
 * subscription's filter lets through.
 */
export async function readLiveSnapshot(
  db: Db,
  target: SnapshotTarget,
  { now, filter = {} }: { now: number; filter?: SnapshotFilter },
): Promise<LiveSnapshot> {
  const whole = await readWhole(db, target, now);
  if (Object.values(filter).every((one) => one === undefined)) return whole;
  const { teamId } = target;
  const ids = 'of' in target ? { teamId, [fieldOf[target.of]]: target.id } : { teamId, agentIds: target.agentIds };
  return await narrowSnapshot(db, ids, whole, { filter, now });
}

async function readWhole(db: Db, target: SnapshotTarget, now: number): Promise<LiveSnapshot> {
  const { teamId } = target;
  if ('of' in target) {
    const { of, id } = target;
    const found = (await readFleetTelemetry(db, { teamId, of, ids: [id], logs: logsOfOne })).get(id);
    const own = of === 'agent_id' ? { agent_id: id } : { agent_id: null, [of]: id };
    return { ...own, team_id: teamId, ...(found ?? nothing) };
  }
  const ids = target.agentIds ?? (await lastActiveAgents(db, teamId, agentsInView));
  const [found, totals] = await Promise.all([
    readFleetTelemetry(db, { teamId, of: 'agent_id', ids, logs: logsOfMany }),
    readDeliveryLag(db, teamId).then((deliveryLagMs) => readTeamTotals(db, { teamId, now, deliveryLagMs })),
  ]);
  const agents = ids.map((agent_id) => ({ agent_id, team_id: teamId, ...(found.get(agent_id) ?? nothing) }));
  return { team_id: teamId, totals, agents };
}

const nothing = {
  process_metrics: null,
  git_activities: [],
  token_usage: noTokens,
  activity_logs: [],
  last_updated: null,
};
