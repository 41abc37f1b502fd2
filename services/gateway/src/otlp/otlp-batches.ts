import { createHash } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { bodyIdentity } from '../telemetry/body-identity.ts';
import { judgeRecords, type Rejection } from '../telemetry/judge-records.ts';
import type { Draft } from '@telltale/otlp/read/draft';

/** Records of one batch: a stream entry stays small, and its loss would cost little to send again. */
const recordsPerBatch = 1_000;

export type OtlpBatches = { batches: StreamBatch[]; rejected: Rejection[] };

/**
 * The batches of one request. They and their records are named by the body's bytes and the place in it, so that a
 * request that is sent again, in another process or days later, is stored once.
 */
export function otlpBatches(team: string, raw: Buffer, drafts: readonly Draft[], receivedAt: string): OtlpBatches {
  const identity = bodyIdentity(raw);
  const records = drafts.map((draft, index) => ({ v: 1, id: identity.recordId(index), ...draft }));
  const rejected: Rejection[] = [];
  const batches: StreamBatch[] = [];
  for (let start = 0; start < records.length; start += recordsPerBatch) {
    const part = records.slice(start, start + recordsPerBatch);
    const judged = judgeRecords(part, raw.length);
    rejected.push(...judged.rejected);
    if (judged.records.length === 0) continue;
    batches.push(batchOf(team, identity.producerId, start / recordsPerBatch + 1, part, judged, receivedAt));
  }
  return { batches, rejected };
}

function batchOf(
  team: string,
  producerId: string,
  seq: number,
  sent: readonly unknown[],
  judged: { records: TelemetryRecord[]; rejected: readonly Rejection[] },
  receivedAt: string,
): StreamBatch {
  return {
    v: 1,
    team_id: team,
    producer_id: producerId,
    seq,
    ids_hash: createHash('sha256').update(idsHashInput(sent)).digest('hex'),
    received_at: receivedAt,
    rejected: judged.rejected.length,
    records: judged.records,
  };
}
