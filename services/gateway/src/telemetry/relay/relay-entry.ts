import { encodeRawFrame, payloadAt, scanRawFrames, splitPayload } from '@telltale/sdk/spool/raw-frame';
import { z } from 'zod';

/** A batch as the relay keeps it: what names it, and the payload that went into the stream. */
export type RelayEntry = { teamId: string; producerId: string; seq: number; idsHash: string; payload: Buffer };

const mark = Buffer.from('TTR1');
const head = z.object({ t: z.string(), p: z.string(), s: z.int(), h: z.string() });

export type FoundEntry = Omit<RelayEntry, 'payload'> & { offset: number; length: number };

export function encodeEntry({ teamId, producerId, seq, idsHash, payload }: RelayEntry): Buffer {
  const line = JSON.stringify({ t: teamId, p: producerId, s: seq, h: idsHash });
  return encodeRawFrame(mark, Buffer.concat([Buffer.from(`${line}\n`), payload]));
}

function parse(payload: Buffer): RelayEntry | null {
  const split = splitPayload(payload);
  const parsed = head.safeParse(split?.head);
  if (split === null || !parsed.success) return null;
  const { t: teamId, p: producerId, s: seq, h: idsHash } = parsed.data;
  return { teamId, producerId, seq, idsHash, payload: split.body };
}

/** One whole frame back into its entry; null when it is damaged. */
export function decodeEntry(frame: Buffer): RelayEntry | null {
  const payload = payloadAt(mark, frame, 0);
  return payload === null ? null : parse(payload);
}

/** Every whole entry of a segment, and how many stretches of damage were skipped. */
export function scanEntries(bytes: Buffer): { entries: FoundEntry[]; damaged: number } {
  const { found, damaged } = scanRawFrames(mark, bytes, ({ payload, offset, length }): FoundEntry | null => {
    const entry = parse(payload);
    if (entry === null) return null;
    const { teamId, producerId, seq, idsHash } = entry;
    return { teamId, producerId, seq, idsHash, offset, length };
  });
  return { entries: found, damaged };
}
