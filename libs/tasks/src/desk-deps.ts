import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Db, Teller } from '@telltale/store/tasks';
import type { TaskQueue } from '@telltale/stream/task-queue';

/** What deciding about tasks stands on. */
export type DeskDeps = {
  db: Db;
  queue: TaskQueue;
  teller: Teller;
  /** How long a runner that is not heard of keeps a task. */
  leaseMs: number;
  clock: Clock;
  log: Log;
};
