import type { CrewAnnouncement, TaskLimits } from '@telltale/contracts/http/crews';
import type { TaskOrder } from '@telltale/contracts/http/task-orders';
import type { ColumnType, Generated } from 'kysely';
import type { DefaultTime, NullableJson, NullableTime } from './columns.ts';

// What is to be run, and who has it; the migration that makes these tables says what each column means.

type Typed<T> = ColumnType<T, string, string>;

export type TaskOrderTable = {
  team_id: string;
  task_id: string;
  crew_id: string | null;
  scheduled: boolean;
  agent_id: string;
  session_id: string | null;
  inputs: NullableJson;
  repo_url: string | null;
  limits: ColumnType<TaskLimits, string | undefined, string>;
  priority: Generated<number>;
  max_attempts: Generated<number>;
  backoff_ms: Generated<number>;
  retry_on: Generated<string[]>;
  request_hash: string | null;
  created_by: string;
  created_at: DefaultTime;
  status: TaskOrder['status'];
  status_at: DefaultTime;
  attempt: Generated<number>;
  not_before: NullableTime;
  runner_id: string | null;
  host: string | null;
  run_id: string | null;
  leased_until: NullableTime;
  started_at: NullableTime;
  cancel_requested_at: NullableTime;
  cancel_requested_by: string | null;
  ended_at: NullableTime;
  output: NullableJson;
  error_message: string | null;
};

export type TaskOutboxTable = {
  team_id: string;
  outbox_id: Generated<number>;
  records: Typed<Record<string, unknown>[]>;
};

export type CrewTable = {
  team_id: string;
  crew_id: string;
  runner_id: string;
  host: string;
  profile: Typed<CrewAnnouncement>;
  slots: number;
  running: number;
  seen_at: DefaultTime;
};
