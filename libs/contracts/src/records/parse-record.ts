import type { z } from 'zod';
import { limits } from '../limits.ts';
import { plainWords } from '../plain-words.ts';
import { readPlainly } from './read-plainly.ts';
import { recordKinds, recordSchemas, type RecordKind, type TelemetryRecord } from './record.ts';

/** One thing wrong with a record. `path` leads from the record to the field. */
export type RecordIssue = { path: (string | number)[]; code: string; detail: string };

export type ParsedRecord =
  | { ok: true; record: TelemetryRecord; unknownFields: number }
  | { ok: false; id: string | null; issues: RecordIssue[] };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const plainReaders = new Map(recordKinds.map((kind) => [kind, readPlainly(recordSchemas[kind].shape)]));

const isKind = (value: unknown): value is RecordKind =>
  typeof value === 'string' && Object.hasOwn(recordSchemas, value);

function refuse(input: unknown, issues: RecordIssue[]): ParsedRecord {
  const id = isObject(input) && typeof input['id'] === 'string' ? input['id'].slice(0, limits.idLength) : null;
  return { ok: false, id, issues };
}

const accept = (input: Record<string, unknown>, record: TelemetryRecord): ParsedRecord => ({
  ok: true,
  record,
  unknownFields: Object.keys(input).length - Object.keys(record).length,
});

const toIssue = (issue: z.core.$ZodIssue): RecordIssue => ({
  path: issue.path.map((part) => (typeof part === 'symbol' ? part.toString() : part)),
  code: issue.code === 'custom' ? 'invalid_value' : issue.code,
  detail: issue.message,
});

/**
 * Checks one record as it came. Unknown fields are dropped and counted, never a reason to refuse; price fields are
 * among them, since only the collector sets those.
 */
export function parseRecord(input: unknown): ParsedRecord {
  if (!isObject(input)) return refuse(input, [{ path: [], code: 'invalid_type', detail: 'a record is a JSON object' }]);
  const kind = input['kind'];
  if (!isKind(kind)) {
    const detail = `unknown kind; send one of ${recordKinds.join(', ')}`;
    return refuse(input, [{ path: ['kind'], code: 'unknown_kind', detail }]);
  }
  const plain = plainReaders.get(kind)?.(input) ?? null;
  if (plain !== null) return accept(input, plain as TelemetryRecord);
  const result = recordSchemas[kind].safeParse(input, { error: plainWords });
  return result.success ? accept(input, result.data) : refuse(input, result.error.issues.map(toIssue));
}
