import { createSeqHeap } from './seq-heap.ts';

/**
 * waiting: to be sent. sending: a send is under way. taken: behind the door, not known to be stored.
 * An entry leaves the book when its batch is stored, refused or dropped.
 */
export type BatchState = 'waiting' | 'sending' | 'taken';

export type BatchEntry = {
  readonly seq: number;
  readonly count: number;
  state: BatchState;
  /** An earlier send may have got through. */
  maybeTaken: boolean;
  /** How often the door refused it. */
  refusals: number;
  receipt: string | null;
  /** Monotonic ms of the last time it was taken. */
  takenAt: number;
};

/** Which batches of one producer are under way, and what that means for its floor. */
export function createBatchBook(from: {
  lastSeq: number;
  settledSeq: number;
  left: readonly { seq: number; count: number }[];
}) {
  const entries = new Map<number, BatchEntry>();
  const waiting = createSeqHeap();
  let settled = from.settledSeq;
  let last = from.lastSeq;

  for (const { seq, count } of from.left) {
    // Whoever made them may have sent them too.
    entries.set(seq, { seq, count, state: 'waiting', maybeTaken: true, refusals: 0, receipt: null, takenAt: 0 });
    waiting.push(seq);
  }

  /** Skips seqs that nothing will ever fill, once everything below them is stored. */
  const firstOpen = (): number => {
    let seq = settled + 1;
    while (seq <= last && !entries.has(seq)) seq += 1;
    return seq;
  };

  const popWaiting = (): BatchEntry | undefined => {
    for (let seq = waiting.pop(); seq !== undefined; seq = waiting.pop()) {
      const entry = entries.get(seq);
      if (entry?.state === 'waiting') return entry;
    }
    return undefined;
  };

  const markSending = (entry: BatchEntry | undefined): BatchEntry | undefined => {
    if (entry) entry.state = 'sending';
    return entry;
  };

  return {
    /** Adds a batch; the backlog sends it when it is `waiting`, else the caller does. */
    add(seq: number, count: number, state: BatchState): BatchEntry {
      const entry: BatchEntry = { seq, count, state, maybeTaken: false, refusals: 0, receipt: null, takenAt: 0 };
      entries.set(seq, entry);
      last = Math.max(last, seq);
      if (state === 'waiting') waiting.push(seq);
      return entry;
    },
    get: (seq: number): BatchEntry | undefined => entries.get(seq),
    /** Leaves a batch to the backlog. */
    wait(entry: BatchEntry): void {
      if (entries.get(entry.seq) !== entry || entry.state === 'waiting') return;
      entry.state = 'waiting';
      waiting.push(entry.seq);
    },
    /** The oldest waiting batch, marked as sending; `avoid` only when there is no other. */
    takeOldest(avoid?: number): BatchEntry | undefined {
      const first = popWaiting();
      if (first === undefined || first.seq !== avoid) return markSending(first);
      const second = popWaiting();
      if (second === undefined) return markSending(first);
      waiting.push(first.seq);
      return markSending(second);
    },
    remove(seq: number): void {
      entries.delete(seq);
    },
    /** All up to `seq` are stored. True when that is news. */
    settle(seq: number): boolean {
      if (seq <= settled) return false;
      for (; settled < seq; settled += 1) entries.delete(settled + 1);
      return true;
    },
    settledSeq: () => settled,
    /** Another store: only up to `seq` is stored, and of the rest `left` can be sent again. */
    reopen(seq: number, left: readonly { seq: number; count: number }[]): void {
      settled = Math.min(settled, seq);
      for (const { seq, count } of left) {
        if (entries.has(seq)) continue;
        entries.set(seq, { seq, count, state: 'waiting', maybeTaken: true, refusals: 0, receipt: null, takenAt: 0 });
        waiting.push(seq);
      }
    },
    /**
     * What the producer may promise. Normally the lowest seq on disk; but where batches were dropped or refused and all
     * below them is stored, the floor has to pass those gaps, or nothing above them would ever settle.
     */
    floor(lowestOnDisk: number | null): number {
      const open = firstOpen();
      if (open > settled + 1) return open;
      return Math.min(lowestOnDisk ?? open, open);
    },
    entries: () => entries.values(),
    counts(): Record<BatchState, number> {
      const counts = { waiting: 0, sending: 0, taken: 0 };
      for (const entry of entries.values()) counts[entry.state] += 1;
      return counts;
    },
  };
}
export type BatchBook = ReturnType<typeof createBatchBook>;
