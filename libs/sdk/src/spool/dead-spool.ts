import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@telltale/runtime/clock';
import { scanSpool } from './scan-spool.ts';
import { createSegmentSet } from './segment-set.ts';
import { parseSegmentName, writeState, type SpoolState } from './spool-files.ts';
import { takeLock } from './spool-lock.ts';
import type { LeftBatch, Spool } from './spool.ts';

/** A spool whose process is gone: it is read and settled, never appended to. */
export type DeadSpool = Spool & {
  state: SpoolState;
  /** Batches not known to be stored, by seq. */
  left: LeftBatch[];
  /** Stretches of damaged bytes that were skipped. */
  damaged: number;
  /** The highest seq that is known of. */
  lastSeq: number;
  /** Removes it from the disk. */
  discard(): Promise<void>;
};

/** Takes over what a dead process left; null when a living one holds it or the folder is no spool. */
export async function openDeadSpool({
  folder,
  clock,
  signal,
}: {
  folder: string;
  clock: Clock;
  signal?: AbortSignal;
}): Promise<DeadSpool | null> {
  const lock = await takeLock(folder);
  if (lock === null) return null;
  const scanned = await scanSpool(folder, signal).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  if (scanned === null) {
    await lock.release();
    return null;
  }
  const set = createSegmentSet();
  const counts = new Map<number, number>();
  let { state } = scanned;
  let { issued, dropped } = state;
  let lastSeq = state.last_seq ?? state.settled_seq;
  const frames = scanned.segments.flatMap(({ segment, frames }) => {
    set.add(segment);
    return frames.map((frame) => ({ segment, ...frame }));
  });
  frames.sort((a, b) => a.head.seq - b.head.seq);
  for (const { segment, head, offset, length } of frames) {
    set.place(head.seq, { segment, offset, length }, 0);
    counts.set(head.seq, head.count);
    lastSeq = Math.max(lastSeq, head.seq);
    if (head.issued > issued) ({ issued, dropped } = head);
  }
  state = { ...state, issued, dropped };
  const settledAt = state.settled_at === null ? clock.now() : Date.parse(state.settled_at);
  set.settle(state.settled_seq, settledAt);

  return {
    producerId: scanned.header.producer_id,
    state,
    damaged: scanned.segments.reduce((sum, { damaged }) => sum + damaged, 0),
    left: [...counts].filter(([seq]) => seq > state.settled_seq).map(([seq, count]) => ({ seq, count })),
    lastSeq,
    attach() {},
    append: () => Promise.reject(new Error('the spool of a dead process is only replayed')),
    read: (seq) => set.read(seq),
    settle(seq) {
      set.settle(seq, clock.now());
      state = { ...state, settled_seq: seq, settled_at: new Date(clock.now()).toISOString() };
    },
    lowestSeq: () => set.lowestSeq(),
    bytes: () => set.bytes(),
    note({ issued, dropped }) {
      state = { ...state, issued, dropped };
    },
    meet(storeEpoch) {
      state = { ...state, store_epoch: storeEpoch };
    },
    reopen(after, storeEpoch) {
      state = { ...state, settled_seq: after, store_epoch: storeEpoch };
      return set.reopen(after);
    },
    storeEpoch: () => state.store_epoch,
    async close(last) {
      const closed_at = state.closed_at ?? new Date(clock.now()).toISOString();
      await writeState(folder, { ...state, last_seq: last, closed_at });
      await lock.release();
    },
    async discard() {
      // The header goes last: a removal that is cut short is then found and finished by the next one.
      for (const name of await readdir(folder))
        if (parseSegmentName(name)) await rm(join(folder, name), { force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
