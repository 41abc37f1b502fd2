import { createSeqHeap } from './seq-heap.ts';

/**
 * The numbers of one producer's batches. A number whose batch was dropped before anybody saw it is given out again, so
 * that an outage with a full spool leaves few gaps: what lies above a gap settles only once the floor has passed it.
 */
export function createSeqNumbers(from: number) {
  let last = from;
  let floor = 0;
  const freed = createSeqHeap();
  return {
    next(): number {
      for (let seq = freed.pop(); seq !== undefined; seq = freed.pop()) {
        // Below an announced floor a gap is closed for good.
        if (seq >= floor) return seq;
      }
      last += 1;
      return last;
    },
    /** Nobody has seen a batch of this number. */
    free(seq: number): void {
      freed.push(seq);
    },
    /** Notes a floor that leaves this process, and gives it back. */
    announce(value: number): number {
      floor = Math.max(floor, value);
      return value;
    },
    last: () => last,
  };
}
