import type { Spool, SpooledBatch } from './spool.ts';

/**
 * A spool that ends with its process: for programs that may not write to a disk. What is not stored when the process
 * dies is lost; it has no limit of its own.
 */
export function createMemorySpool(producerId: string): Spool {
  const batches = new Map<number, SpooledBatch>();
  let bytes = 0;
  let epoch: string | null = null;
  return {
    producerId,
    attach() {},
    async append(batch) {
      batches.set(batch.seq, batch);
      bytes += batch.records_json.length;
    },
    async read(seq) {
      return batches.get(seq) ?? null;
    },
    settle(upTo) {
      for (const [seq, batch] of batches) {
        if (seq > upTo) break;
        batches.delete(seq);
        bytes -= batch.records_json.length;
      }
    },
    inMemory: () => [...batches.values()],
    lowestSeq: () => batches.keys().next().value ?? null,
    bytes: () => bytes,
    note() {},
    meet(storeEpoch) {
      epoch = storeEpoch;
    },
    // What was stored is forgotten at once here: only what was not is left.
    async reopen(after, storeEpoch) {
      epoch = storeEpoch;
      return [...batches.values()].filter(({ seq }) => seq > after).map(({ seq, count }) => ({ seq, count }));
    },
    storeEpoch: () => epoch,
    async close() {},
  };
}
