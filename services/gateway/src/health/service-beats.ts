import type { StreamConnection } from '@telltale/stream/connect';
import { heartbeatLifeMs, listHeartbeats, type BeatingService, type Heartbeat } from '@telltale/stream/heartbeat';
import { z } from 'zod';
import { checkOf, type RollupCheck } from './rollup-check.ts';

/** What each service's instances said last, by service. */
export type ServiceBeats = Record<
  string,
  { instance: string; alive: boolean; details: string; trouble?: string | null; check?: RollupCheck | null }[]
>;

const watched: readonly BeatingService[] = ['collector', 'aggregator', 'gateway', 'agent-runner'];
/** An instance that went without a word is shown as lost for so long. */
const rememberedMs = 5 * 60_000;

/** A living collector that stores nothing says why. */
const pause = z.object({
  state: z.enum(['waiting_for_store', 'waiting_for_space', 'stopped_by_store']),
  reason: z.string().nullable(),
});
/** A living aggregator that cannot keep the days as they should be says so. */
const upkeep = z.object({
  partitions_refused: z.number(),
  retention: z.object({ over_size: z.boolean(), waiting: z.number(), quarantined: z.number() }).nullable(),
});

function troubleOf(details: Record<string, unknown>): string | null {
  const paused = pause.safeParse(details).data;
  if (paused !== undefined) return `${paused.state.replaceAll('_', ' ')}: ${paused.reason ?? 'it did not say why'}`;
  const days = upkeep.safeParse(details).data;
  if (days === undefined) return null;
  if (days.partitions_refused > 0)
    return `${days.partitions_refused} days have no partition: their rows lie in default ones until the next retention`;
  if (days.retention?.over_size === true)
    return 'the records take more than TELLTALE_RETENTION_SIZE and no day may go: raise it, or what cannot be folded is the cause';
  return null;
}

/** Rows of default partitions, which must stay empty. */
function straysOf(details: Record<string, unknown>): string {
  const { waiting = 0, quarantined = 0 } = upkeep.safeParse(details).data?.retention ?? {};
  const waits = waiting === 0 ? '' : `, ${waiting} rows wait for a partition of their day`;
  return quarantined === 0 ? waits : `${waits}, ${quarantined} rows claim times outside the window of days`;
}

function toBeat({ instance_id, host, pid, age_ms, details }: Heartbeat): ServiceBeats[string][number] {
  const alive = age_ms <= heartbeatLifeMs;
  const age = `${(age_ms / 1_000).toFixed(0)} s ago`;
  return {
    instance: instance_id.slice(-8),
    alive,
    details: `${host}, pid ${pid}, ${alive ? 'heard of' : 'last heard of'} ${age}${straysOf(details)}`,
    trouble: troubleOf(details),
    check: checkOf(details),
  };
}

/** A lost instance that another one on its host has followed is history, not news. */
const isSuperseded = (lost: Heartbeat, all: readonly Heartbeat[]): boolean =>
  all.some((other) => other.age_ms <= heartbeatLifeMs && other.host === lost.host && other.started_at >= lost.beat_at);

export async function readServiceBeats(redis: StreamConnection): Promise<ServiceBeats> {
  const lists = await Promise.all(watched.map((service) => listHeartbeats(redis, service, rememberedMs)));
  const beatsOf = (index: number) => {
    const all = lists[index] ?? [];
    return all.filter((one) => one.age_ms <= heartbeatLifeMs || !isSuperseded(one, all)).map(toBeat);
  };
  return Object.fromEntries(watched.map((service, index) => [service, beatsOf(index)]));
}
