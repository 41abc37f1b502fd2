import type { StreamEntry } from '@telltale/stream/shard-consumer';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import type { ShardLeases } from '@telltale/stream/shard-leases';
import { decodeEntry, type DecodedEntry } from './decode-entry.ts';
import { handleAlone, handleGroup, type Handling } from './handle-group.ts';

/** One transaction at most: bounds what a commit holds in memory and how long the next batch waits for it. */
const groupRecords = 2_000;
const groupBytes = 4 * 1024 * 1024;
const groupEntries = 256;
/** Transactions at a time: one is written by PostgreSQL while the next is prepared here. */
const lanes = 2;
/** Payload bytes asked for at a time; the last read says how many entries that is, and a group's entries bound it. */
const readBytes = 2 * 1024 * 1024;
/** How long a read waits for the first entry. */
export const blockMs = 1_000;
/** Between two looks at whether it may go on. */
const pauseMs = 250;

/** How the pending entries of a shard are taken over; `alone` when a collector may have died of them. */
export type Recovery = { minIdleMs: number; alone: boolean };

export type Intake = AsyncDisposable & {
  /** Whether entries of the shard are being handled. */
  isBusy(shard: number): boolean;
  /** Has the pending entries of a shard handled before anything new of it is read. */
  recover(shard: number, recovery: Recovery): void;
};

/**
 * Reads what comes in on the leased shards and hands it on in groups. With nothing to wait for nothing waits: a lone
 * batch is stored as it arrives; what arrives meanwhile makes the next group. A failure of Redis has every shard's
 * pending entries taken over again.
 */
export function startIntake(
  handling: Handling & {
    leases: ShardLeases;
    interrupt: () => void;
    /** While true nothing new is taken; what was taken is finished. */
    paused: () => boolean;
  },
): Intake {
  const { consumer, leases, clock, log, stats, interrupt, paused } = handling;
  const inFlight = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const recoveries = new Map<number, Recovery>();
  const stop = new AbortController();
  let meanBytes = readBytes;

  const keyOf = ({ shard, entryId }: StreamEntry): string => `${shard}/${entryId}`;
  const isBusy = (shard: number): boolean => recoveries.has(shard) || [...inFlight.values()].includes(shard);

  const recoverAll = (): void => {
    for (const shard of leases.held()) {
      if (recoveries.get(shard)?.minIdleMs !== 0) recoveries.set(shard, { minIdleMs: 0, alone: false });
    }
  };

  const guard = async (entries: readonly StreamEntry[], work: () => Promise<void>): Promise<void> => {
    for (const entry of entries) inFlight.set(keyOf(entry), entry.shard);
    try {
      await work();
    } catch (error) {
      if (stop.signal.aborted) return;
      log.warn({ err: error }, 'a group was stored but not acknowledged; it is read again');
      recoverAll();
    } finally {
      for (const entry of entries) inFlight.delete(keyOf(entry));
    }
  };

  /** Starts a group as soon as a lane is free. */
  const dispatch = async (group: readonly DecodedEntry[]): Promise<void> => {
    while (running.size >= lanes) await Promise.race(running);
    const lane = guard(
      group.map(({ entry }) => entry),
      () => handleGroup(handling, group, stop.signal),
    ).finally(() => running.delete(lane));
    running.add(lane);
  };

  const handleEntries = async (entries: readonly StreamEntry[]): Promise<void> => {
    let group: DecodedEntry[] = [];
    let [records, bytes] = [0, 0];
    for (const entry of entries) {
      const decoded = decodeEntry(entry);
      group.push(decoded);
      records += decoded.batch?.records.length ?? 0;
      bytes += decoded.bytes;
      if (records < groupRecords && bytes < groupBytes && group.length < groupEntries) continue;
      await dispatch(group);
      if (stop.signal.aborted) return;
      [group, records, bytes] = [[], 0, 0];
    }
    if (group.length > 0) await dispatch(group);
  };

  const recoverShard = async (shard: number, { minIdleMs, alone }: Recovery): Promise<void> => {
    for (let cursor: string | null = '0-0'; cursor !== null && !stop.signal.aborted;) {
      const page: Awaited<ReturnType<typeof consumer.recover>> = await consumer.recover({ shard, minIdleMs, cursor });
      const entries = page.entries.filter((entry) => !inFlight.has(keyOf(entry)));
      if (page.deleted.length > 0) {
        stats.vanished += page.deleted.length;
        log.error({ shard, entries: page.deleted }, 'entries vanished from the stream before they were acknowledged');
      }
      if (!alone) await handleEntries(entries);
      else for (const entry of entries) await guard([entry], () => handleAlone(handling, entry, stop.signal));
      cursor = page.cursor;
    }
    await consumer.forgetIdleConsumers(shard);
  };

  /** What there is, up to a group of it: of few busy shards, in several reads, so that none brings more than expected. */
  const readGroup = async (shards: readonly number[]): Promise<StreamEntry[]> => {
    const group: StreamEntry[] = [];
    let bytes = 0;
    for (let wait: number | null = blockMs; ; wait = null) {
      const fitting = Math.floor(readBytes / meanBytes / shards.length);
      const count = Math.max(1, Math.min(fitting, Math.floor(groupEntries / shards.length)));
      const entries = await consumer.read({ shards, count, blockMs: wait });
      if (entries.length === 0) return group;
      const read = entries.reduce((sum, { payload }) => sum + payload.length, 0);
      meanBytes = Math.max(1, read / entries.length);
      bytes += read;
      group.push(...entries);
      // A shard that gave less than it was asked for has no more.
      const given = Map.groupBy(entries, ({ shard }) => shard);
      const more = [...given.values()].some(({ length }) => length >= count);
      if (!more || group.length >= groupEntries || bytes >= readBytes || stop.signal.aborted) return group;
    }
  };

  const turn = async (): Promise<number> => {
    if (paused()) return pauseMs;
    for (const [shard, recovery] of recoveries) {
      if (leases.held().includes(shard)) await recoverShard(shard, recovery);
      if (recoveries.get(shard) === recovery) recoveries.delete(shard);
    }
    const shards = leases.held();
    if (shards.length === 0) return 250;
    const entries = await readGroup(shards);
    if (entries.length > 0) await handleEntries(entries);
    return 0;
  };

  const loop: Loop = startLoop({
    name: 'intake',
    turn: async () => {
      try {
        return await turn();
      } catch (error) {
        recoverAll();
        throw error;
      }
    },
    everyMs: 0,
    maxBackoffMs: 1_000,
    clock,
    log,
  });

  return {
    isBusy,
    recover(shard, recovery) {
      recoveries.set(shard, recovery);
      loop.wake();
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      const ended = loop[Symbol.asyncDispose]();
      interrupt();
      await ended;
      await Promise.all(running);
    },
  };
}
