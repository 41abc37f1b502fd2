import { createHash } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { RecordOf } from '@telltale/contracts/records/record';
import { canaryAgent, systemTeam } from '@telltale/contracts/system-team';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import type { LiveChannel } from '@telltale/stream/live-read';
import { createShardFeeds, type TeamLease } from '../live/shard-feeds.ts';
import { createLags, type Percentiles } from './lags.ts';

const everyMs = 1_000;
/** One that nobody saw for so long is given up: its entry was lost with Redis's data. */
const lostMs = 15 * 60_000;

export type Canary = AsyncDisposable & {
  /** From publishing to being visible in the live channel, over the last 5 minutes; null before the first. */
  lags(): Percentiles | null;
};

/**
 * Sends one record a second as any producer does, and times how long it takes until it is stored and comes out of the
 * live channel, as a viewer would see it. A record that could not be published is offered again under its number, so
 * its lag is that of a producer that waits.
 */
export function startCanary(options: {
  publish: (batch: StreamBatch) => Promise<unknown>;
  stream: LiveChannel;
  /** Hears of each lag, in ms. */
  onSeen: (ms: number) => void;
  clock: Clock;
  log: Log;
}): Canary {
  const { publish, stream, onSeen, clock, log } = options;
  const makeId = createUuidV7(clock.now);
  const producer_id = makeId();
  const lags = createLags();
  /** Made and not seen yet, by seq. */
  const out = new Map<number, number>();
  let seq = 0;
  let unpublished: StreamBatch | undefined;
  let lease: TeamLease | undefined;

  const see = (batch: string): void => {
    const [producer, number] = batch.split(':');
    const madeAt = producer === producer_id ? out.get(Number(number)) : undefined;
    if (madeAt === undefined) return;
    out.delete(Number(number));
    const ms = clock.monotonic() - madeAt;
    lags.add(ms);
    onSeen(ms);
  };
  const feeds = createShardFeeds({
    stream,
    clock,
    log,
    onEntries: (entries) => entries.filter(({ team }) => team === systemTeam).forEach(({ batch }) => see(batch)),
    // What fell into a hole stays out, and is given up in time.
    onHole: () => {},
  });

  const next = (): StreamBatch => {
    const at = new Date(clock.now()).toISOString();
    seq += 1;
    out.set(seq, clock.monotonic());
    const of = { v: 1, agent_id: canaryAgent, id: makeId(), at } as const;
    const record: RecordOf<'metric'> = { ...of, kind: 'metric', name: 'telltale.canary', value: seq };
    const ids_hash = createHash('sha256')
      .update(idsHashInput([record]))
      .digest('hex');
    const named = { v: 1 as const, team_id: systemTeam, producer_id, seq, ids_hash, received_at: at };
    return { ...named, floor: Math.min(...out.keys()), issued: seq, rejected: 0, records: [record] };
  };

  const turn = async (): Promise<void> => {
    for (const [number, madeAt] of out) if (clock.monotonic() - madeAt > lostMs) out.delete(number);
    lease ??= await feeds.open(systemTeam);
    unpublished ??= next();
    await publish(unpublished);
    unpublished = undefined;
  };
  const loop = startLoop({ name: 'canary', turn, everyMs, maxBackoffMs: 5_000, clock, log });

  return {
    lags: () => lags.percentiles([...out.values()].map((madeAt) => clock.monotonic() - madeAt)),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await lease?.release();
      await feeds[Symbol.asyncDispose]();
    },
  };
}
