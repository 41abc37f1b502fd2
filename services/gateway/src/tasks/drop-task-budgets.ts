import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import { removeBudget } from '@telltale/store/config';
import { budgetsOfEndedTasks, teamsWithTaskBudgets, type Db } from '@telltale/store/tasks';

const everyMs = 600_000;
const atOnce = 200;
const actor = 'service:gateway';

/** Removes the budgets of tasks that ended a day ago, so that a team's live ones are what there is to look at. */
export function dropTaskBudgets({ db, clock, log }: { db: Db; clock: Clock; log: Log }): Loop {
  const turn = async (signal: AbortSignal): Promise<void> => {
    for (const teamId of await teamsWithTaskBudgets(db)) {
      if (signal.aborted) return;
      for (const budget of await budgetsOfEndedTasks(db, teamId, atOnce)) await removeBudget(db, { ...budget, actor });
    }
  };
  return startLoop({ name: 'budgets of ended tasks', turn, everyMs, clock, log });
}
