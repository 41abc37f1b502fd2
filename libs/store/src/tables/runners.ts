import type { Default, NullableTime, DefaultTime, Time } from './columns.ts';

// Hosts that run work; migrations/*_runners.sql says what each column means.

export type RunnerTable = {
  team_id: string;
  runner_id: string;
  name: string;
  host: string;
  version: string | null;
  key_id: string | null;
  enrolled_at: NullableTime;
  last_seen_at: NullableTime;
  running: Default<number>;
  draining: Default<boolean>;
  revoked_at: NullableTime;
};

export type RunnerTokenTable = {
  team_id: string;
  token_id: string;
  secret_hash: Buffer;
  name: string | null;
  created_by: string;
  created_at: DefaultTime;
  expires_at: Time;
  used_at: NullableTime;
  runner_id: string | null;
};
