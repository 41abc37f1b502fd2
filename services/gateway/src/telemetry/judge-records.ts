import type { IngestAnswer } from '@telltale/contracts/ingest-answer';
import { limits } from '@telltale/contracts/limits';
import { parseRecord } from '@telltale/contracts/records/parse-record';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { pointerTo } from '../http/validator.ts';

export type Rejection = IngestAnswer['rejected'][number];
export type Judged = { records: TelemetryRecord[]; rejected: Rejection[]; unknownFields: number };

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/** Too large as a whole: its largest field is the one to shorten. */
function tooLarge(record: TelemetryRecord, index: number): Rejection | null {
  const size = sizeOf(record);
  if (size <= limits.recordBytes) return null;
  const [field, bytes] = Object.entries(record)
    .map(([name, value]) => [name, sizeOf(value)] as const)
    .reduce((largest, next) => (next[1] > largest[1] ? next : largest));
  const detail = `the record has ${size} bytes, at most ${limits.recordBytes} are taken; shorten ${field} (${bytes} bytes)`;
  return { index, id: record.id, pointer: pointerTo(['records', index, field]), code: 'record_too_large', detail };
}

/**
 * Each record is judged apart: one bad record is listed and its neighbours are taken. `bodyBytes` is the size of all of
 * them together; when that is small, none can be too large and none is measured.
 */
export function judgeRecords(records: readonly unknown[], bodyBytes: number): Judged {
  const judged: Judged = { records: [], rejected: [], unknownFields: 0 };
  for (const [index, input] of records.entries()) {
    const result = parseRecord(input);
    if (!result.ok) {
      const [issue] = result.issues;
      judged.rejected.push({
        index,
        ...(result.id === null ? {} : { id: result.id }),
        pointer: pointerTo(['records', index, ...(issue?.path ?? [])]),
        code: issue?.code ?? 'invalid_value',
        detail: issue?.detail ?? 'is not valid',
      });
      continue;
    }
    const refusal = bodyBytes > limits.recordBytes ? tooLarge(result.record, index) : null;
    if (refusal !== null) {
      judged.rejected.push(refusal);
      continue;
    }
    judged.unknownFields += result.unknownFields;
    judged.records.push(result.record);
  }
  return judged;
}
