import { limits } from '@telltale/contracts/limits';
import { recordSchemas, type RecordKind } from '@telltale/contracts/records/record';
import type { Identity, RecordDraft } from './draft.ts';
import { laneOf, type Lane } from './lane.ts';
import { repairRecord } from './repair-record.ts';

export type PreparedRecord = { id: string; lane: Lane; json: string; bytes: number };
export type Prepared =
  | { ok: true; prepared: PreparedRecord }
  | { ok: false; reason: 'invalid' | 'too_large'; problem: string };

const isKind = (value: unknown): value is RecordKind =>
  typeof value === 'string' && Object.hasOwn(recordSchemas, value);

/** Fills, checks and serialises one draft. The JSON is a snapshot: what the caller changes later does not travel. */
export function prepareRecord(
  draft: RecordDraft,
  { identity, id, at }: { identity: Identity; id: string; at: string },
): Prepared {
  if (!isKind(draft.kind)) return { ok: false, reason: 'invalid', problem: `kind: ${String(draft.kind)} is unknown` };
  const repaired = repairRecord(draft.kind, { ...identity, id, at, ...draft, v: 1 });
  if (!repaired.ok) return { ok: false, reason: 'invalid', problem: repaired.problem };
  const json = JSON.stringify(repaired.record);
  const bytes = Buffer.byteLength(json);
  if (bytes > limits.recordBytes) {
    return { ok: false, reason: 'too_large', problem: `has ${bytes} bytes; at most ${limits.recordBytes} are taken` };
  }
  return { ok: true, prepared: { id: repaired.record.id, lane: laneOf(draft.kind), json, bytes } };
}
