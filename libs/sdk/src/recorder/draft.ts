import type { RecordKind, RecordOf } from '@telltale/contracts/records/record';

type OptionalKeys<T> = { [K in keyof T]: T[K] | undefined };
/** What the recorder fills in when the caller does not. */
type Filled = 'v' | 'id' | 'at' | 'agent_id';

/** Where records come from; each draft may override any of it. */
export type Identity = { agent_id: string } & Partial<
  OptionalKeys<
    Pick<
      RecordOf<'log_entry'>,
      | 'session_id'
      | 'task_id'
      | 'run_id'
      | 'crew_id'
      | 'trace_id'
      | 'parent_agent_id'
      | 'parent_run_id'
      | 'user_id'
      | 'host'
      | 'project'
      | 'labels'
    >
  >
>;

type DraftOf<K extends RecordKind> = Omit<RecordOf<K>, Filled> & { id?: string; at?: string; agent_id?: string };

/** A record as code hands it in: its kind and what only the caller knows. */
export type RecordDraft = { [K in RecordKind]: DraftOf<K> }[RecordKind];
