import type { SpooledBatch } from '../spool/spool.ts';
import type { Lane } from './lane.ts';

/** Bytes of batches that may be held in memory; kept records may use four times as much. */
const mostBytes = 32 * 1024 * 1024;
/** While more than this waits for the disk, a caller that can wait should. */
const crowdedBytes = 8 * 1024 * 1024;

/** Batches on their way to the spool, and those that it could not take: what a producer holds in memory. */
export function createHeldBatches() {
  /** They live until they are behind the door. */
  const unspooled = new Map<number, SpooledBatch>();
  let unspooledBytes = 0;
  const appending = new Map<number, SpooledBatch>();
  let appendingBytes = 0;
  let waiters: (() => void)[] = [];

  return {
    fits: (lane: Lane, bytes: number): boolean =>
      unspooledBytes + appendingBytes + bytes <= mostBytes * (lane === 'kept' ? 4 : 1),
    append(batch: SpooledBatch): void {
      appending.set(batch.seq, batch);
      appendingBytes += batch.records_json.length;
    },
    appended(batch: SpooledBatch): void {
      appending.delete(batch.seq);
      appendingBytes -= batch.records_json.length;
      if (appendingBytes > crowdedBytes) return;
      for (const wake of waiters) wake();
      waiters = [];
    },
    /** True when it is the first. */
    keep(batch: SpooledBatch): boolean {
      unspooled.set(batch.seq, batch);
      unspooledBytes += batch.records_json.length;
      return unspooled.size === 1;
    },
    /** What is nowhere but in memory, or not known to be on the disk. */
    all: (): SpooledBatch[] => [...appending.values(), ...unspooled.values()],
    get: (seq: number): SpooledBatch | undefined => unspooled.get(seq),
    forget(seq: number): void {
      unspooledBytes -= unspooled.get(seq)?.records_json.length ?? 0;
      unspooled.delete(seq);
    },
    /** Resolves when the disk keeps up. */
    room(): Promise<void> {
      if (appendingBytes <= crowdedBytes) return Promise.resolve();
      return new Promise((resolve) => {
        waiters.push(resolve);
      });
    },
  };
}
