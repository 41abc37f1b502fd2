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
import type { BatchPublisher, PublishedEntry } from '@telltale/stream/publish-batch';
import { createShardFeeds, type TeamLease } from '../live/shard-feeds.ts';
import { createLags, type Percentiles } from './lags.ts';

const everyMs = 1_000;
/** One that nobody saw for so long is given up. */
const lostMs = 15 * 60_000;
/** How long one may be out before its entry is looked for, as any producer does. */
const askAfterMs = 5_000;
/** Entries looked for in one turn. */
const asksAtOnce = 100;

/** Made and not seen yet. `entry` is null until it is published. */
type Out = { batch: StreamBatch; madeAt: number; entry: PublishedEntry | null; sentAt: number; again: boolean };

export type Canary = AsyncDisposable & {
  /** From publishing to being visible in the live channel, over the last 5 minutes; null before the first. */
  lags(): Percentiles | null;
};

/**
 * Sends one record a second as any producer does, and times how long it takes until it is stored and comes out of the
 * live channel, as a viewer would see it. A record that could not be published, or whose entry was lost with Redis's
 * data, is offered again under its number, so its lag is that of a producer that waits.
 */
export function startCanary(options: {
  publisher: BatchPublisher;
  stream: LiveChannel;
  /** Hears of each lag, in ms. */
  onSeen: (ms: number) => void;
  clock: Clock;
  log: Log;
}): Canary {
  const { publisher, stream, onSeen, clock, log } = options;
  const makeId = createUuidV7(clock.now);
  const producer_id = makeId();
  const lags = createLags();
  /** By seq. */
  const out = new Map<number, Out>();
  let seq = 0;
  let unpublished: Out | undefined;
  let lease: TeamLease | undefined;

  const see = (batch: string): void => {
    const [producer, number] = batch.split(':');
    const seen = producer === producer_id ? out.get(Number(number)) : undefined;
    if (seen === undefined) return;
    out.delete(Number(number));
    const ms = clock.monotonic() - seen.madeAt;
    lags.add(ms);
    onSeen(ms);
  };
  const feeds = createShardFeeds({
    stream,
    clock,
    log,
    onEntries: (entries) => entries.filter(({ team }) => team === systemTeam).forEach(({ batch }) => see(batch)),
    // What fell into a hole stays out until its entry is gone, and is sent again then.
    onHole: () => {},
  });

  const next = (): Out => {
    const at = new Date(clock.now()).toISOString();
    seq += 1;
    const of = { v: 1, agent_id: canaryAgent, id: makeId(), at } as const;
    const record: RecordOf<'metric'> = { ...of, kind: 'metric', name: 'telltale.canary', value: seq };
    const ids_hash = createHash('sha256')
      .update(idsHashInput([record]))
      .digest('hex');
    const named = { v: 1 as const, team_id: systemTeam, producer_id, seq, ids_hash, received_at: at };
    const floor = Math.min(seq, ...out.keys());
    const batch = { ...named, floor, issued: seq, rejected: 0, records: [record] };
    const made = { batch, madeAt: clock.monotonic(), entry: null, sentAt: clock.monotonic(), again: false };
    out.set(seq, made);
    return made;
  };

  const send = async (one: Out): Promise<void> => {
    one.entry = await publisher.publish(one.batch);
    one.sentAt = clock.monotonic();
  };

  /**
   * What is gone from the stream was lost with Redis's data, or was stored and shown while nobody here looked: it is sent
   * once more, and given up when that is gone too. As long as the oldest is there, so are those after it.
   */
  const sendAgain = async (): Promise<void> => {
    const waiting = [...out].filter(
      ([, { entry, sentAt }]) => entry !== null && clock.monotonic() - sentAt > askAfterMs,
    );
    for (const [number, one] of waiting.slice(0, asksAtOnce)) {
      if (one.entry === null || (await publisher.exists(one.entry))) return;
      // Seen while the question was on its way.
      if (!out.has(number)) continue;
      if (one.again) out.delete(number);
      else await send(one);
      one.again = true;
    }
  };

  const turn = async (): Promise<void> => {
    for (const [number, { madeAt }] of out) if (clock.monotonic() - madeAt > lostMs) out.delete(number);
    lease ??= await feeds.open(systemTeam);
    unpublished ??= next();
    await send(unpublished);
    unpublished = undefined;
    await sendAgain();
  };
  const loop = startLoop({ name: 'canary', turn, everyMs, maxBackoffMs: 5_000, clock, log });

  return {
    lags: () => lags.percentiles([...out.values()].map(({ madeAt }) => clock.monotonic() - madeAt)),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      await lease?.release();
      await feeds[Symbol.asyncDispose]();
    },
  };
}
