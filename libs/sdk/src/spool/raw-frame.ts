import { crc32 } from 'node:zlib';

/**
 * A segment file is a row of frames and nothing else:
 *
 *     mark, 4 bytes | payload length, u32 | CRC-32 of the payload, u32 | payload
 *
 * (integers little-endian). The mark lets a reader find the next frame behind a damaged one.
 */
const headBytes = 12;
const newline = 0x0a;

export type RawFrame = { payload: Buffer; offset: number; length: number };

export function encodeRawFrame(mark: Buffer, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + payload.length);
  mark.copy(frame, 0);
  frame.writeUInt32LE(payload.length, 4);
  frame.writeUInt32LE(crc32(payload), 8);
  payload.copy(frame, headBytes);
  return frame;
}

/** The payload of the frame at `offset`, or null when there is no whole one. */
export function payloadAt(mark: Buffer, bytes: Buffer, offset: number): Buffer | null {
  if (offset + headBytes > bytes.length || !bytes.subarray(offset, offset + 4).equals(mark)) return null;
  const length = bytes.readUInt32LE(offset + 4);
  const start = offset + headBytes;
  if (start + length > bytes.length) return null;
  const payload = bytes.subarray(start, start + length);
  return crc32(payload) === bytes.readUInt32LE(offset + 8) ? payload : null;
}

/** A payload of one line of JSON and bytes that need no parsing; null when its first line is no JSON. */
export function splitPayload(payload: Buffer): { head: unknown; body: Buffer } | null {
  const end = payload.indexOf(newline);
  try {
    return { head: JSON.parse(payload.subarray(0, end).toString()), body: payload.subarray(end + 1) };
  } catch {
    // A checksum that fits over bytes that are not ours: another program's file. Treated like damage.
    return null;
  }
}

/**
 * Every whole frame whose payload `accept` takes. A torn tail (the writer died in a write) is silently left out; damage
 * before the end costs the frames it touches, and `damaged` counts the stretches skipped.
 */
export function scanRawFrames<T>(
  mark: Buffer,
  bytes: Buffer,
  accept: (frame: RawFrame) => T | null,
): { found: T[]; damaged: number } {
  const found: T[] = [];
  let damaged = 0;
  for (let offset = 0; offset < bytes.length;) {
    const payload = payloadAt(mark, bytes, offset);
    const length = headBytes + (payload?.length ?? 0);
    const taken = payload === null ? null : accept({ payload, offset, length });
    if (taken !== null) {
      found.push(taken);
      offset += length;
      continue;
    }
    const next = bytes.indexOf(mark, offset + 1);
    if (next === -1) break;
    damaged += 1;
    offset = next;
  }
  return { found, damaged };
}
