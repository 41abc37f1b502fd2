import type { StreamConnection } from '@telltale/stream/connect';
import { heartbeatLifeMs, listHeartbeats, type BeatingService, type Heartbeat } from '@telltale/stream/heartbeat';
import { z } from 'zod';
import { dayTroubleOf, straysOf } from './day-check.ts';
import { checkOf, type RollupCheck } from './rollup-check.ts';

/** What each service's instances said last, by service. */
export type ServiceBeats = Record<
  string,
  {
    instance: string;
    alive: boolean;
    details: string;
    trouble?: string | null;
    check?: RollupCheck | null;
    dayTrouble?: string | null;
  }[]
>;

const watched: readonly BeatingService[] = ['collector', 'aggregator', 'gateway', 'agent-runner'];
/** An instance that went without a word is shown as lost for so long. */
const rememberedMs = 5 * 60_000;

/** A living collector that stores nothing says why. */
const pause = z.object({
  state: z.enum(['waiting_for_store', 'waiting_for_space', 'stopped_by_store']),
  reason: z.string().nullable(),
});
function troubleOf(details: Record<string, unknown>): string | null {
  const paused = pause.safeParse(details).data;
  return paused === undefined ? null : `${paused.state.replaceAll('_', ' ')}: ${paused.reason ?? 'it did not say why'}`;
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
    dayTrouble: dayTroubleOf(details),
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
