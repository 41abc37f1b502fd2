import type { RecordOf } from '@telltale/contracts/records/record';

type Fields = Pick<
  RecordOf<'git_activity'>,
  | 'operation'
  | 'branch'
  | 'sha'
  | 'message'
  | 'files_changed'
  | 'insertions'
  | 'deletions'
  | 'success'
  | 'origin'
  | 'attributes'
>;

/** One git operation as it was seen, before the run adds who and when. */
export type GitActivity = { [K in keyof Fields]: Fields[K] };
