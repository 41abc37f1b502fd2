import type { LiveSnapshot } from '@telltale/contracts/live';
import type { AgentTelemetry, TokenUsage } from '@telltale/contracts/http/agent-telemetry';
import type { Clock } from '@telltale/runtime/clock';
import type { LiveWatch } from '@telltale/stream/viewers';
import type { SeenItems } from './live-room.ts';
import { targetKey } from './live-target.ts';
import type { LiveTarget, ReadSnapshot, SnapshotWish } from './ports.ts';

/** A snapshot with the place in the stream that was taken before it was read. */
export type FreshSnapshot = {
  watched: LiveWatch;
  snapshot: LiveSnapshot;
  seen: SeenItems;
  usage: ReadonlyMap<string, TokenUsage>;
};

/** A batch of a collector that died after its commit is published again by the one that takes over, long before this. */
const seenForMs = 120_000;

type Shown = Pick<AgentTelemetry, 'process_metrics' | 'git_activities' | 'activity_logs'>;

function toSeen(snapshot: LiveSnapshot, untilMs: number): SeenItems {
  const ids = new Set<string>();
  const samples = new Map<string, number>();
  const note = (agentId: string, shown: Shown): void => {
    for (const { id } of shown.git_activities) ids.add(id);
    for (const { id } of shown.activity_logs) ids.add(id);
    if (shown.process_metrics !== null) samples.set(agentId, Date.parse(shown.process_metrics.at));
  };
  if ('agents' in snapshot) {
    for (const agent of snapshot.agents) note(agent.agent_id, agent);
    return { ids, sampleAtMs: (agentId) => samples.get(agentId) ?? -1, untilMs };
  }
  note('', snapshot);
  const sampleAtMs = samples.get('') ?? -1;
  return { ids, sampleAtMs: () => sampleAtMs, untilMs };
}

function toUsage(snapshot: LiveSnapshot): ReadonlyMap<string, TokenUsage> {
  if ('agents' in snapshot) return new Map(snapshot.agents.map((agent) => [agent.agent_id, agent.token_usage]));
  return snapshot.agent_id === null ? new Map() : new Map([[snapshot.agent_id, snapshot.token_usage]]);
}

/**
 * Reads snapshots of targets; subscribers that ask for the same one while it is being read share it, together with the
 * place in the stream that was taken before, so that a storm of reconnects costs one read a target.
 */
export function createSnapshotReader({ readSnapshot, clock }: { readSnapshot: ReadSnapshot; clock: Clock }) {
  const running = new Map<string, { epoch: string; fresh: Promise<FreshSnapshot> }>();

  const read = async (target: LiveTarget, wish: SnapshotWish, watched: LiveWatch): Promise<FreshSnapshot> => {
    const snapshot = await readSnapshot(target, wish);
    const seen = toSeen(snapshot, clock.monotonic() + seenForMs);
    return { watched, snapshot, seen, usage: toUsage(snapshot) };
  };

  return async (target: LiveTarget, asked: SnapshotWish, watched: LiveWatch): Promise<FreshSnapshot> => {
    const { events, min_level, task_id, q } = asked;
    const wish = { events, min_level, task_id, q };
    const key = JSON.stringify([targetKey(target), target.kind === 'team' ? target.agentIds : null, wish]);
    const shared = running.get(key);
    if (shared !== undefined && shared.epoch === watched.epoch) return await shared.fresh;
    const fresh = read(target, wish, watched);
    const own = { epoch: watched.epoch, fresh };
    running.set(key, own);
    try {
      return await fresh;
    } finally {
      if (running.get(key) === own) running.delete(key);
    }
  };
}
export type SnapshotReader = ReturnType<typeof createSnapshotReader>;
