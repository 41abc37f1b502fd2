import type { RecordKind } from '@telltale/contracts/records/record';

/**
 * Records of one lane share batches and segment files, so that a full spool can let go of what is worth least without
 * touching the rest. In this order: samples go first, then logs; kept records never.
 */
export const lanes = ['sample', 'log', 'kept'] as const;
export type Lane = (typeof lanes)[number];
export const droppableLanes: readonly Lane[] = lanes.filter((lane) => lane !== 'kept');

const lowValue: Partial<Record<RecordKind, Lane>> = {
  process_sample: 'sample',
  metric: 'sample',
  endpoint_minute: 'sample',
  log_entry: 'log',
};

export const laneOf = (kind: RecordKind): Lane => lowValue[kind] ?? 'kept';
