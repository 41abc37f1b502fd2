import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { lanes, type Lane } from '../recorder/lane.ts';
import type { Segment, SegmentSet } from './segment-set.ts';
import { segmentName } from './spool-files.ts';

type Current = { segment: Segment; file: FileHandle; dirty: boolean };

const newSegment = (lane: Lane, path: string): Segment => ({
  lane,
  path,
  bytes: 0,
  lowest: Number.POSITIVE_INFINITY,
  highest: 0,
  settledAt: null,
  open: true,
});

/** Without it a power failure may take the new file's name, and with it what was synced into the file. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Appends frames to one open segment a lane, and begins the next when it is full. Calls must not overlap. */
export function createSegmentWriter({
  folder,
  set,
  segmentBytes,
}: {
  folder: string;
  set: SegmentSet;
  segmentBytes: number;
}) {
  const currents = new Map<Lane, Current>();
  let number = 0;

  const rotate = async (lane: Lane): Promise<void> => {
    const current = currents.get(lane);
    if (current === undefined) return;
    currents.delete(lane);
    current.segment.open = false;
    try {
      if (current.dirty) await current.file.datasync();
    } finally {
      await current.file.close();
    }
  };

  const currentOf = async (lane: Lane): Promise<Current> => {
    const known = currents.get(lane);
    if (known && known.segment.bytes < segmentBytes) return known;
    await rotate(lane);
    number += 1;
    const segment = newSegment(lane, join(folder, segmentName(lane, number)));
    const current = { segment, file: await open(segment.path, 'ax', 0o600), dirty: false };
    await syncFolder(folder).catch(async (error: unknown) => {
      await current.file.close();
      throw error;
    });
    currents.set(lane, current);
    set.add(segment);
    return current;
  };

  return {
    /** Writes one frame whole. A write that fails leaves at most a torn tail, and the next frame goes to a new segment. */
    async write(lane: Lane, seq: number, frame: Buffer): Promise<void> {
      const current = await currentOf(lane);
      const { segment, file } = current;
      try {
        current.dirty = true;
        await file.appendFile(frame);
      } catch (error) {
        await rotate(lane).catch(() => undefined);
        throw error;
      }
      set.place(seq, { segment, offset: segment.bytes, length: frame.length }, frame.length);
    },
    /** Ends the open segment of a lane, so that it can be let go of. */
    rotate,
    /** What was written before this call is on the disk when it resolves. */
    async sync(): Promise<void> {
      for (const current of currents.values()) {
        if (!current.dirty) continue;
        current.dirty = false;
        await current.file.datasync();
      }
    },
    isDirty: () => [...currents.values()].some((current) => current.dirty),
    async close(): Promise<void> {
      for (const lane of lanes) await rotate(lane);
    },
  };
}
