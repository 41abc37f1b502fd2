import type { DefaultTime, NullableTime } from './columns.ts';

// Commands to runs; migrations/0015_run_commands.sql says what each column means.

export type RunCommandTable = {
  team_id: string;
  command_id: string;
  run_id: string;
  action: 'stop' | 'pause' | 'resume';
  requested_by: string;
  requested_at: DefaultTime;
  acknowledged_at: NullableTime;
  outcome: string | null;
};
