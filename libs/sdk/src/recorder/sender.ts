import type { Clock } from '@telltale/runtime/clock';
import type { BatchTransport, OutgoingBatch, SendResult } from '../transport/transport.ts';
import { createAllowance } from './allowance.ts';
import { createBackoff } from './backoff.ts';
import type { BatchBook, BatchEntry } from './batch-book.ts';

/** Sends under way at once: newly made batches have their own lane, so that a backlog never delays them. */
const liveSlots = 3;
const backlogSlots = 2;
/**
 * Batches of a backlog that leave a second after an outage: a fleet that comes back together must not be a second one. The
 * three lanes make at most 15 a second, so a backlog shrinks at six times that.
 */
const backlogPerSecond = 100;
const backlogBurst = 20;
/** New batches kept in memory while all live slots are taken; what exceeds it is read back from the spool. */
const liveQueueLength = 6;
/** After so many failures another batch asks than the one that failed: one that always fails must not block the rest. */
const failuresOfOne = 4;

export type SenderHooks = {
  /** The batch as it travels now; null when it is gone, and out of the book. */
  load(entry: BatchEntry): Promise<OutgoingBatch | null>;
  /** Every answer but `retry`; the book is brought up to date there. */
  answered(entry: BatchEntry, result: Exclude<SendResult, { outcome: 'retry' }>): void;
  failed(result: Extract<SendResult, { outcome: 'retry' }>, failures: number): void;
};

/**
 * Two lanes to one transport. While the door does not answer, one batch at a time asks, with jittered back-off; once it
 * answers, new batches go out from memory and the backlog follows oldest first.
 */
export function createSender({
  transport,
  book,
  clock,
  random,
  recovering: wasAway = false,
  hooks,
}: {
  transport: BatchTransport;
  book: BatchBook;
  clock: Clock;
  random: () => number;
  /** True when the backlog is that of an outage or a dead process from the start. */
  recovering?: boolean;
  hooks: SenderHooks;
}) {
  const backoff = createBackoff({ random });
  const stop = new AbortController();
  const inFlight = { live: 0, backlog: 0 };
  const live: { entry: BatchEntry; batch: OutgoingBatch }[] = [];
  const idleWaiters: (() => void)[] = [];
  let nap: AbortController | undefined;
  let lastTries = Number.POSITIVE_INFINITY;
  let gaveUp = false;
  let paused = false;
  let lastFailed: number | undefined;
  let recovering = wasAway;
  const allowance = createAllowance({ clock, perSecond: backlogPerSecond, burst: backlogBurst });

  const settleAnswer = (entry: BatchEntry, result: SendResult): void => {
    if (result.outcome !== 'retry') {
      backoff.reset();
      hooks.answered(entry, result);
      return;
    }
    recovering = true;
    entry.maybeTaken ||= result.maybe_taken;
    book.wait(entry);
    lastFailed = entry.seq;
    if (stop.signal.aborted) return;
    // Sends that fail together are one failure of the door.
    if (nap !== undefined && result.retry_after_ms === null) return;
    lastTries -= 1;
    gaveUp = lastTries <= 0;
    const wait = backoff.next(result.retry_after_ms);
    hooks.failed(result, backoff.failures());
    rest(wait);
  };

  const rest = (ms: number): void => {
    nap?.abort();
    const mine = new AbortController();
    nap = mine;
    clock.sleep(ms, AbortSignal.any([mine.signal, stop.signal])).then(
      () => {
        if (nap === mine) nap = undefined;
        pump();
      },
      () => undefined,
    );
  };

  const run = async (lane: 'live' | 'backlog', entry: BatchEntry, ready?: OutgoingBatch): Promise<void> => {
    inFlight[lane] += 1;
    try {
      const batch = ready ?? (await hooks.load(entry));
      if (batch !== null) settleAnswer(entry, await transport.send(batch, stop.signal));
    } catch (error) {
      // A transport that throws breaks its promise; its batch stays in the spool like any other that failed.
      const detail = error instanceof Error ? error.message : String(error);
      settleAnswer(entry, { outcome: 'retry', code: 'internal', detail, retry_after_ms: null, maybe_taken: true });
    } finally {
      inFlight[lane] -= 1;
    }
    pump();
  };

  /** The backlog goes on when the allowance has grown again; new batches are not held up meanwhile. */
  const pumpAfter = (ms: number): void => {
    if (paused) return;
    paused = true;
    clock.sleep(ms, stop.signal).then(
      () => {
        paused = false;
        pump();
      },
      () => undefined,
    );
  };

  const isBusy = (): boolean => inFlight.live + inFlight.backlog > 0;

  const isIdle = (): boolean => !isBusy() && live.length === 0 && book.counts().waiting === 0;

  const pump = (): void => {
    if (!stop.signal.aborted && !gaveUp && nap === undefined) {
      const probing = backoff.failures() > 0;
      const slots = probing ? { live: 0, backlog: isBusy() ? 0 : 1 } : { live: liveSlots, backlog: backlogSlots };
      while (inFlight.live < slots.live) {
        const next = live.shift();
        if (next === undefined) break;
        void run('live', next.entry, next.batch);
      }
      while (inFlight.backlog < slots.backlog) {
        const wait = recovering ? allowance.take() : 0;
        if (wait > 0) {
          pumpAfter(wait);
          break;
        }
        const entry = book.takeOldest(backoff.failures() >= failuresOfOne ? lastFailed : undefined);
        if (entry === undefined) {
          recovering &&= backoff.failures() > 0;
          break;
        }
        void run('backlog', entry);
      }
    }
    // What waits in memory during an outage waits in the spool instead.
    if (backoff.failures() > 0) for (const { entry } of live.splice(0)) book.wait(entry);
    if (idleWaiters.length > 0 && (gaveUp || stop.signal.aborted || isIdle())) {
      for (const wake of idleWaiters.splice(0)) wake();
    }
  };

  return {
    /** True when batches cannot leave at once. */
    isBlocked: () => backoff.failures() > 0 || live.length >= liveQueueLength,
    failures: () => backoff.failures(),
    /** Sends a batch that was just made, or leaves it to the backlog when the live lane is full or closed. */
    offer(entry: BatchEntry, batch: OutgoingBatch): void {
      if (backoff.failures() > 0 || live.length >= liveQueueLength) book.wait(entry);
      else {
        entry.state = 'sending';
        live.push({ entry, batch });
      }
      pump();
    },
    /** The book has waiting batches again. */
    pump,
    /** Resolves when nothing waits or is under way, or when the tries left by `lastAttempts` are used up. */
    idle(): Promise<void> {
      return new Promise((resolve) => {
        idleWaiters.push(resolve);
        pump();
      });
    },
    /** Ends the current back-off; a few failures from here on end the waiting for `idle`. */
    lastAttempts(): void {
      lastTries = 3;
      nap?.abort();
      nap = undefined;
      pump();
    },
    abort(): void {
      stop.abort();
      pump();
    },
  };
}
export type Sender = ReturnType<typeof createSender>;
