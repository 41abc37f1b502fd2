import type { StreamBatch } from '@telltale/contracts/batch';
import { TelltaleError } from '@telltale/contracts/errors';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { StreamConnection } from './connect.ts';
import type { BatchPublisher } from './publish-batch.ts';
import { readPressure, type StreamPressure } from './stream-pressure.ts';

export type RefusalReason = 'memory' | 'lag' | 'team_share' | 'team_rate';

/** Nothing was taken: the sender keeps the batch and comes back after `retryAfter` seconds. */
export class IntakeRefusal extends TelltaleError {
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason, retryAfter: number) {
    const ofAll = reason === 'memory' || reason === 'lag';
    super(ofAll ? 'unavailable' : 'too_many_requests', details[reason], { retryAfter });
    this.name = 'IntakeRefusal';
    this.reason = reason;
  }
}

const details: Record<RefusalReason, string> = {
  memory: 'the stream is nearly full; send again after the time in Retry-After',
  lag: 'storing is too far behind; send again after the time in Retry-After',
  team_share: 'too much of this team waits to be stored; send again after the time in Retry-After',
  team_rate: 'this team sends more records a second than it may; send again after the time in Retry-After',
};

export type GateLimits = {
  /** Age of the oldest batch not stored, in ms, from which on nothing is taken; half of it opens again. */
  lagMs: number;
  /** Part (0–1) of the usable stream that one team may fill. */
  teamShare: number;
};

export type GateState = {
  /** Why nothing is taken from anybody; null while it is. */
  closed: 'memory' | 'lag' | null;
  /** The last look at the stream; null before the first. */
  pressure: Omit<StreamPressure, 'waitingBytes'> | null;
  /** Teams that wait until their own backlog shrinks. */
  heldTeams: readonly string[];
};

export type IntakeGate = AsyncDisposable & {
  /** Throws IntakeRefusal when nothing of this team may be published now. */
  check(teamId: string): void;
  state(): GateState;
};

/** Collectors can still drain beyond it: only what adds to the stream needs room. */
const memoryHigh = 0.8;
/** What was closed opens again well below the limit, so that it does not flutter. */
const memoryLow = 0.7;
const reopenPart = 0.5;
const lookEveryMs = 1_000;
const retryAfterSeconds = 5;

/** A threshold that is passed upwards at `high` and left downwards at `low`. */
const passed = (was: boolean, value: number, low: number, high: number): boolean => (was ? value > low : value >= high);

/**
 * Looks at the stream once a second and says who may add to it. With Redis away the last word stands: publishing fails
 * by itself then.
 */
export function createIntakeGate(options: {
  redis: StreamConnection;
  limits: GateLimits;
  clock: Clock;
  log: Log;
  read?: typeof readPressure;
}): IntakeGate {
  const { redis, limits, clock, log, read = readPressure } = options;
  let [full, behind] = [false, false];
  let held = new Set<string>();
  let pressure: GateState['pressure'] = null;
  const closedBy = (): GateState['closed'] => (full ? 'memory' : behind ? 'lag' : null);

  const look = async (): Promise<void> => {
    const { waitingBytes, ...seen } = await read(redis);
    const before = closedBy();
    pressure = seen;
    full = passed(full, seen.usedBytes, seen.limitBytes * memoryLow, seen.limitBytes * memoryHigh);
    behind = passed(behind, seen.oldestMs, limits.lagMs * reopenPart, limits.lagMs);
    const share = seen.limitBytes * memoryHigh * limits.teamShare;
    const holds = ([team, bytes]: [string, number]) => passed(held.has(team), bytes, share * reopenPart, share);
    const now = new Set([...waitingBytes].filter(holds).map(([team]) => team));
    for (const team of now)
      if (!held.has(team)) log.warn({ team }, 'a team fills its share of the stream: it has to wait');
    held = now;
    const closed = closedBy();
    if (closed !== before && closed !== null) log.warn({ reason: closed, ...seen }, 'nothing is taken in');
    if (closed !== before && closed === null) log.info(seen, 'records are taken in again');
  };
  const loop = startLoop({ name: 'intake gate', turn: look, everyMs: lookEveryMs, maxBackoffMs: 5_000, clock, log });

  return {
    check(teamId) {
      const closed = closedBy();
      if (closed !== null) throw new IntakeRefusal(closed, retryAfterSeconds);
      if (held.has(teamId)) throw new IntakeRefusal('team_share', retryAfterSeconds);
    },
    state: () => ({ closed: closedBy(), pressure, heldTeams: [...held] }),
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}

/** A publisher that asks the gate first: what publishes beside the gateway backs off with everybody else. */
export const guardPublisher = (publisher: BatchPublisher, gate: Pick<IntakeGate, 'check'>): BatchPublisher => ({
  async publish(batch: StreamBatch) {
    gate.check(batch.team_id);
    return publisher.publish(batch);
  },
  exists: (entry) => publisher.exists(entry),
});
