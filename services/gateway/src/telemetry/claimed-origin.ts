import type { TelemetryRecord } from '@telltale/contracts/records/record';

/**
 * Origin `proxy` says that our own proxy read the provider's answer, whose amounts are then believed. Only whoever speaks
 * for a runner can say so: from any other key it is the sender's own word, as of an SDK.
 */
export function claimedOrigin(record: TelemetryRecord, speaksForRunner: boolean): TelemetryRecord {
  if (speaksForRunner || record.kind !== 'llm_call' || record.origin !== 'proxy') return record;
  return { ...record, origin: 'sdk' };
}
