import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { streamBatch, type StreamBatch } from '@telltale/contracts/batch';
import type { TelemetryRecord } from '@telltale/contracts/records/record';

/** Fields of a stream entry. The first three name the batch even when its payload cannot be read. */
export const entryFields = { team: 't', producer: 'p', seq: 's', payload: 'd' } as const;

/** Below this many bytes compression costs more than it saves. */
const compressFrom = 2_048;
/** Our own doors cap a body at 8 MiB; what inflates far beyond that is damage. */
const inflatedLimit = 64 * 1024 * 1024;
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A batch as the payload of an entry: JSON, with zstd when that saves memory. */
export function encodeBatch(batch: StreamBatch): Buffer {
  const json = Buffer.from(JSON.stringify(batch));
  return json.length < compressFrom ? json : zstdCompressSync(json, fastest);
}

export type DecodedBatch =
  | { ok: true; batch: StreamBatch; bytes: number }
  | { ok: false; reason: 'unreadable_batch' | 'unsupported_version'; detail: string };

/**
 * Reads a payload. Records are not checked again: the door that published them did, and the store judges what a newer
 * or faulty door let through. `bytes` is the size of the JSON.
 */
export function decodeBatch(payload: Buffer): DecodedBatch {
  let value: unknown;
  let bytes: number;
  try {
    const json = payload.subarray(0, 4).equals(zstdMagic)
      ? zstdDecompressSync(payload, { maxOutputLength: inflatedLimit })
      : payload;
    bytes = json.length;
    value = JSON.parse(json.toString('utf8'));
  } catch (error) {
    return { ok: false, reason: 'unreadable_batch', detail: error instanceof Error ? error.message : String(error) };
  }
  const version: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'v') : undefined;
  if (typeof version === 'number' && version !== 1) {
    return { ok: false, reason: 'unsupported_version', detail: `batch version ${version}, known is 1` };
  }
  const parsed = streamBatch.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { ok: false, reason: 'unreadable_batch', detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` };
  }
  return { ok: true, bytes, batch: { ...parsed.data, records: parsed.data.records.map(asRecord) } };
}

/** What is no object at all becomes one without a kind, so that whoever looks at its fields finds none. */
const asRecord = (record: unknown): TelemetryRecord =>
  (typeof record === 'object' && record !== null ? record : { not_a_record: record }) as TelemetryRecord;
