import type { Clock } from '@telltale/runtime/clock';
import type { Db } from '@telltale/store/read';

/** What every route that only asks stands on. */
export type ReadDeps = {
  db: Db;
  /** The same store, which plans a question once: for those that `hasOnePlan` says so of. */
  planned: Db;
  clock: Clock;
};
