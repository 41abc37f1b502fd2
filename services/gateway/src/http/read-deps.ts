import type { Clock } from '@telltale/runtime/clock';
import type { Db } from '@telltale/store/read';

/** What every route that only asks stands on. */
export type ReadDeps = {
  db: Db;
  /** The same store, which plans a question once: for those whose one plan is good whatever period and filter are asked for. */
  planned: Db;
  clock: Clock;
};
