import { open, readFile, unlink } from 'node:fs/promises';
import type { Lane } from '../recorder/lane.ts';
import { decodeFrame, scanFrames } from './frame.ts';
import type { DropVerdict, LeftBatch, SpooledBatch } from './spool.ts';

export type Segment = {
  readonly lane: Lane;
  readonly path: string;
  bytes: number;
  /** Lowest and highest seq inside; Infinity and 0 while it is empty. */
  lowest: number;
  highest: number;
  /** Milliseconds since 1970 when everything inside was known to be stored; null before. */
  settledAt: number | null;
  /** Still being written. */
  open: boolean;
};

type Place = { segment: Segment; offset: number; length: number };

/** Somebody else removed the file: what it held is gone, which is no failure to report again. */
function nullWhenGone(error: unknown): null {
  if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return null;
  throw error;
}

/** Which batch lies where. Unsettled batches are known one by one, settled ones only by their segment. */
export function createSegmentSet() {
  const segments = new Set<Segment>();
  const places = new Map<number, Place>();
  let settled = 0;
  let bytes = 0;

  const seqsOf = (segment: Segment): number[] => {
    const seqs: number[] = [];
    for (const [seq, place] of places) if (place.segment === segment) seqs.push(seq);
    return seqs;
  };

  const remove = async (segment: Segment): Promise<void> => {
    segments.delete(segment);
    bytes -= segment.bytes;
    for (const seq of seqsOf(segment)) places.delete(seq);
    await unlink(segment.path).catch(nullWhenGone);
  };

  const closed = (): Segment[] => [...segments].filter((segment) => !segment.open).sort((a, b) => a.lowest - b.lowest);

  return {
    add(segment: Segment): void {
      segments.add(segment);
      bytes += segment.bytes;
    },
    /** Notes a frame that was written to or found in a segment. A later frame of the same seq stands for it. */
    place(seq: number, place: Place, grown: number): void {
      const { segment } = place;
      places.set(seq, place);
      segment.lowest = Math.min(segment.lowest, seq);
      segment.highest = Math.max(segment.highest, seq);
      segment.settledAt = null;
      segment.bytes += grown;
      bytes += grown;
    },
    seqs: () => places.keys(),
    bytes: () => bytes,
    segments: () => [...segments],
    lowestSeq(): number | null {
      let lowest = Number.POSITIVE_INFINITY;
      for (const segment of segments) lowest = Math.min(lowest, segment.lowest);
      return lowest === Number.POSITIVE_INFINITY ? null : lowest;
    },
    async read(seq: number): Promise<SpooledBatch | null> {
      const place = places.get(seq);
      if (place === undefined) return null;
      const file = await open(place.segment.path, 'r').catch(nullWhenGone);
      if (file === null) return null;
      try {
        const frame = Buffer.allocUnsafe(place.length);
        const { bytesRead } = await file.read(frame, 0, place.length, place.offset);
        return decodeFrame(frame.subarray(0, bytesRead));
      } finally {
        await file.close();
      }
    },
    settle(upTo: number, now: number): void {
      for (; settled < upTo; settled += 1) places.delete(settled + 1);
      for (const segment of segments) {
        if (segment.settledAt === null && segment.highest > 0 && segment.highest <= upTo) segment.settledAt = now;
      }
    },
    /** Takes back that anything above `after` is stored, and gives what the segments hold of it, by seq. */
    async reopen(after: number): Promise<LeftBatch[]> {
      const counts = new Map<number, number>();
      for (const segment of segments) {
        if (segment.highest <= after) continue;
        const bytes = await readFile(segment.path).catch(nullWhenGone);
        for (const { head, offset, length } of bytes === null ? [] : scanFrames(bytes).frames) {
          if (head.seq <= after) continue;
          places.set(head.seq, { segment, offset, length });
          counts.set(head.seq, head.count);
        }
        segment.settledAt = null;
      }
      settled = Math.min(settled, after);
      return [...counts].map(([seq, count]) => ({ seq, count })).sort((a, b) => a.seq - b.seq);
    },
    /** Removes segments that settled before `time`. */
    async expire(time: number): Promise<void> {
      for (const segment of segments) {
        if (!segment.open && segment.settledAt !== null && segment.settledAt < time) await remove(segment);
      }
    },
    /** Removes the oldest segment that is stored already. False when there is none. */
    async letGoSettled(): Promise<boolean> {
      const settled = closed().find((segment) => segment.settledAt !== null);
      if (settled) await remove(settled);
      return settled !== undefined;
    },
    /** Removes the oldest segment of a lane that may go and gives the seqs that are lost with it; null when none may. */
    async letGo(lane: Lane, verdict: (seq: number) => DropVerdict): Promise<number[] | null> {
      for (const segment of closed().filter((one) => one.lane === lane)) {
        const verdicts = seqsOf(segment).map((seq) => ({ seq, verdict: verdict(seq) }));
        if (verdicts.some((one) => one.verdict === 'keep')) continue;
        await remove(segment);
        return verdicts.filter((one) => one.verdict === 'drop').map((one) => one.seq);
      }
      return null;
    },
  };
}
export type SegmentSet = ReturnType<typeof createSegmentSet>;
