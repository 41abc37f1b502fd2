import type { Lane } from '../recorder/lane.ts';
import { encodeRawFrame, payloadAt, scanRawFrames, splitPayload } from './raw-frame.ts';
import type { SpooledBatch } from './spool.ts';

/**
 * The frames of a producer's segment: the payload is one line of JSON (what the batch is), a newline, and the records as
 * a JSON array, so that a batch is sent again without parsing its records.
 */
const mark = Buffer.from('TTB1');

type BatchHead = Omit<SpooledBatch, 'records_json'>;
export type FoundFrame = { head: BatchHead; offset: number; length: number };

export const encodeFrame = ({ records_json, ...head }: SpooledBatch): Buffer =>
  encodeRawFrame(mark, Buffer.from(`${JSON.stringify(head)}\n${records_json}`));

const lanesByName: Record<string, Lane> = { sample: 'sample', log: 'log', kept: 'kept' };

function parseHead(payload: Buffer): { head: BatchHead; body: Buffer } | null {
  const split = splitPayload(payload);
  if (typeof split?.head !== 'object' || split.head === null) return null;
  const head = split.head as Partial<BatchHead>;
  const { seq, count, ids_hash, issued, dropped } = head;
  const lane = lanesByName[String(head.lane)];
  if (seq === undefined || count === undefined || ids_hash === undefined || lane === undefined) return null;
  return { head: { seq, lane, count, ids_hash, issued: issued ?? 0, dropped: dropped ?? {} }, body: split.body };
}

/** One whole frame back into its batch; null when it is damaged. */
export function decodeFrame(frame: Buffer): SpooledBatch | null {
  const payload = payloadAt(mark, frame, 0);
  const parsed = payload === null ? null : parseHead(payload);
  return parsed === null ? null : { ...parsed.head, records_json: parsed.body.toString() };
}

/** Every whole frame of a segment, and how many stretches of damage were skipped. */
export function scanFrames(bytes: Buffer): { frames: FoundFrame[]; damaged: number } {
  const { found, damaged } = scanRawFrames(mark, bytes, ({ payload, offset, length }): FoundFrame | null => {
    const head = parseHead(payload)?.head;
    return head === undefined ? null : { head, offset, length };
  });
  return { frames: found, damaged };
}
