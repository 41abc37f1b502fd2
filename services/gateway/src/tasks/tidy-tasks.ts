import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import { removeBudget } from '@telltale/store/config';
import {
  budgetsOfEndedTasks,
  dropOldOrders,
  teamsWithAnyOrder,
  teamsWithTaskBudgets,
  type Db,
} from '@telltale/store/tasks';

const everyMs = 600_000;
const atOnce = 500;
const dayMs = 86_400_000;
/** A key is remembered for as long; what was recorded of a task is kept as long as all totals. */
const ordersKeptMs = 90 * dayMs;
const actor = 'service:gateway';

/** Removes the budgets of tasks that ended a day ago, and the orders of those that ended three months ago. */
export async function tidyTasks(db: Db, now: number, signal: AbortSignal): Promise<void> {
  for (const teamId of await teamsWithTaskBudgets(db)) {
    if (signal.aborted) return;
    for (const budget of await budgetsOfEndedTasks(db, teamId, atOnce)) await removeBudget(db, { ...budget, actor });
  }
  const before = new Date(now - ordersKeptMs);
  for (const teamId of await teamsWithAnyOrder(db)) {
    for (let left = atOnce; left === atOnce && !signal.aborted;) left = await dropOldOrders(db, teamId, before, atOnce);
  }
}

export const keepTasksTidy = ({ db, clock, log }: { db: Db; clock: Clock; log: Log }): Loop =>
  startLoop({
    name: 'old tasks',
    turn: (signal) => tidyTasks(db, clock.now(), signal),
    everyMs,
    clock,
    log,
  });
