import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import type { BatchKey, BatchState } from '@telltale/store/read';
import { entryOf, receiptOf, type EncodedBatch, type PublishedEntry } from '@telltale/stream/publish-batch';
import type { HeldBatch, RelaySpool } from './relay-spool.ts';

const everyMs = 1_000;
/** Batches asked about in one query, and in one turn. */
const askAbout = 1_000;
const mostPerTurn = 20_000;
/** A batch gets this long to be stored before its place in the stream is looked at. */
const patienceMs = 5_000;
/** Entries looked at while none is missing; one that is missing has all of them looked at. */
const sampleOf = 20;

export type SettleDeps = {
  spool: RelaySpool;
  readStates: (keys: readonly BatchKey[]) => Promise<{ states: BatchState[]; epoch: string }>;
  exists: (entry: PublishedEntry) => Promise<boolean>;
  publish: (batch: EncodedBatch) => Promise<PublishedEntry>;
  clock: Clock;
  log: Log;
};

/**
 * Forgets what the ledger has, and puts again into the stream what vanished from it (FLUSHALL, a lost append-only file) or
 * was left by a process before this one. While the store does not answer nothing is put again, so that its outage does
 * not multiply the stream. When the store was restored from a backup, everything that is still on the disk is asked about.
 */
export function settleRelay({ spool, readStates, exists, publish, clock, log }: SettleDeps): Loop {
  let epoch: string | null = null;

  const isMissing = async ({ receipt }: HeldBatch): Promise<boolean> => {
    const entry = entryOf(receipt);
    return entry === null || !(await exists(entry));
  };

  /** Forgets what is done with and gives back what is not, with those whose number was used for something else. */
  const ask = async (batches: readonly HeldBatch[]): Promise<{ open: HeldBatch[]; reused: HeldBatch[] }> => {
    const [open, reused]: [HeldBatch[], HeldBatch[]] = [[], []];
    for (let from = 0; from < batches.length; from += askAbout) {
      const part = batches.slice(from, from + askAbout);
      const answer = await readStates(part);
      await meet(answer.epoch);
      for (const [index, batch] of part.entries()) {
        const state = answer.states[index];
        if (state === undefined || state.state === 'unknown') open.push(batch);
        else if (state.state === 'reused' && !state.lettered) reused.push(batch);
        else spool.forget(batch);
      }
    }
    return { open, reused };
  };

  const meet = async (seen: string): Promise<void> => {
    if (epoch !== null && seen !== epoch) {
      const again = await spool.holdAgain();
      log.warn({ batches: again }, 'the store was restored: what the relay still has is compared with it');
    }
    epoch = seen;
  };

  /** Looks at the oldest; when one of them is gone, at all. */
  const missingOf = async (batches: readonly HeldBatch[]): Promise<HeldBatch[]> => {
    const missing: HeldBatch[] = [];
    for (let from = 0; from < batches.length; from += sampleOf) {
      const part = batches.slice(from, from + sampleOf);
      const gone = await Promise.all(part.map(isMissing));
      missing.push(...part.filter((_, index) => gone[index] === true));
      if (missing.length === 0) break;
    }
    return missing;
  };

  const sendAgain = async (batch: HeldBatch): Promise<void> => {
    const entry = await spool.read(batch);
    if (entry === null) {
      log.error({ producer_id: batch.producerId, seq: batch.seq }, 'a batch cannot be read back from the relay spool');
      spool.forget(batch);
      return;
    }
    const published = await publish(entry);
    Object.assign(batch, { receipt: receiptOf(published), sentAt: clock.monotonic() });
  };

  const turn = async (): Promise<void> => {
    const all = [...spool.held()].slice(0, mostPerTurn);
    if (all.length === 0) {
      // Nothing to ask about, but a restore has to be seen.
      await meet((await readStates([])).epoch);
    }
    const { open, reused } = await ask(all);
    const latest = clock.monotonic() - patienceMs;
    const waiting = [...open, ...reused].filter(({ sentAt }) => sentAt <= latest);
    const missing = await missingOf(waiting);
    // Acknowledged entries are trimmed: what vanished while we looked may have been stored meanwhile.
    const lost = missing.length === 0 ? { open: [], reused: [] } : await ask(missing);
    for (const batch of [...lost.open, ...lost.reused]) await sendAgain(batch);
    if (lost.open.length > 0) log.info({ batches: lost.open.length }, 'put batches into the stream again');
    await spool.tidy();
  };

  return startLoop({ name: 'relay', turn, everyMs, maxBackoffMs: 5_000, clock, log });
}
