import type { Default, DefaultTime, NullableTime, Time } from './columns.ts';

// Repairs of rollups; migrations/0005_repairs.sql says what each column means.

export type RepairRequestTable = {
  team_id: string;
  repair_id: string;
  from_at: Time;
  to_at: Time;
  requested_by: string;
  requested_at: DefaultTime;
};

export type RepairProgressTable = {
  team_id: string;
  repair_id: string;
  state: Default<'running' | 'done' | 'failed'>;
  compared_to: NullableTime;
  repaired_to: NullableTime;
  differing: Default<number>;
  failures: Default<number>;
  error: string | null;
  started_at: DefaultTime;
  ended_at: NullableTime;
};
