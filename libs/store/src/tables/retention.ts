import type { Time } from './columns.ts';

// What went by age or size; migrations/0014_retention.sql says what each column means. The aggregator writes both.

export type BatchClockTable = { at: Time; batch_no: number };

export type ExpiredTable = {
  team_id: string;
  kind: string;
  /** A day of the records' own times. */
  day: Time;
  /** age, size */
  reason: string;
  records: number;
  dropped_at: Time;
};
