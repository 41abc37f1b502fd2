import type { Clock } from '@telltale/runtime/clock';
import type { Db } from '@telltale/store/read';

/** What every route that only asks stands on. */
export type ReadDeps = { db: Db; clock: Clock };
