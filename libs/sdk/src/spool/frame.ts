import { crc32 } from 'node:zlib';
import type { Lane } from '../recorder/lane.ts';
import type { SpooledBatch } from './spool.ts';

/**
 * A segment file is a row of frames and nothing else:
 *
 *     "TTB1" | payload length, u32 | CRC-32 of the payload, u32 | payload
 *
 * (integers little-endian). The payload is one line of JSON (what the batch is), a newline, and the records as a JSON
 * array, so that a batch is sent again without parsing its records. The mark lets a reader find the next frame behind
 * a damaged one.
 */
const mark = Buffer.from('TTB1');
const headBytes = 12;
const newline = 0x0a;

type BatchHead = Omit<SpooledBatch, 'records_json'>;
export type FoundFrame = { head: BatchHead; offset: number; length: number };

export function encodeFrame({ records_json, ...head }: SpooledBatch): Buffer {
  const payload = Buffer.from(`${JSON.stringify(head)}\n${records_json}`);
  const frame = Buffer.allocUnsafe(headBytes + payload.length);
  mark.copy(frame, 0);
  frame.writeUInt32LE(payload.length, 4);
  frame.writeUInt32LE(crc32(payload), 8);
  payload.copy(frame, headBytes);
  return frame;
}

/** The payload of the frame at `offset`, or null when there is no whole one. */
function payloadAt(bytes: Buffer, offset: number): Buffer | null {
  if (offset + headBytes > bytes.length || !bytes.subarray(offset, offset + 4).equals(mark)) return null;
  const length = bytes.readUInt32LE(offset + 4);
  const start = offset + headBytes;
  if (start + length > bytes.length) return null;
  const payload = bytes.subarray(start, start + length);
  return crc32(payload) === bytes.readUInt32LE(offset + 8) ? payload : null;
}

const lanesByName: Record<string, Lane> = { sample: 'sample', log: 'log', kept: 'kept' };

function parseHead(payload: Buffer): { head: BatchHead; body: Buffer } | null {
  const end = payload.indexOf(newline);
  try {
    const head = JSON.parse(payload.subarray(0, end).toString()) as Partial<BatchHead>;
    const { seq, count, ids_hash, issued, dropped } = head;
    const lane = lanesByName[String(head.lane)];
    if (seq === undefined || count === undefined || ids_hash === undefined || lane === undefined) return null;
    return {
      head: { seq, lane, count, ids_hash, issued: issued ?? 0, dropped: dropped ?? {} },
      body: payload.subarray(end + 1),
    };
  } catch {
    // A checksum that fits over bytes that are no batch: another program's file. Treated like damage.
    return null;
  }
}

/** One whole frame back into its batch; null when it is damaged. */
export function decodeFrame(frame: Buffer): SpooledBatch | null {
  const payload = payloadAt(frame, 0);
  const parsed = payload === null ? null : parseHead(payload);
  return parsed === null ? null : { ...parsed.head, records_json: parsed.body.toString() };
}

/**
 * Every whole frame of a segment. A torn tail (the writer died in a write) is silently left out; damage before the end
 * costs the frames it touches, and `damaged` counts the stretches skipped.
 */
export function scanFrames(bytes: Buffer): { frames: FoundFrame[]; damaged: number } {
  const frames: FoundFrame[] = [];
  let damaged = 0;
  for (let offset = 0; offset < bytes.length;) {
    const payload = payloadAt(bytes, offset);
    const parsed = payload === null ? null : parseHead(payload);
    if (payload !== null && parsed !== null) {
      const length = headBytes + payload.length;
      frames.push({ head: parsed.head, offset, length });
      offset += length;
      continue;
    }
    const next = bytes.indexOf(mark, offset + 1);
    if (next === -1) break;
    damaged += 1;
    offset = next;
  }
  return { frames, damaged };
}
