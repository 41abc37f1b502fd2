import type { taskBudget } from '@telltale/contracts/http/budgets';
import { setBudget } from '@telltale/store/config';
import type { Db } from '@telltale/store/database';
import type { z } from 'zod';
import type { BudgetKeeper } from './budget-keeper.ts';

/** Sets the budget of one task for all of its runs together; the same again replaces it. Answers its id. */
export async function setTaskBudget(
  { db, budgets }: { db: Db; budgets: Pick<BudgetKeeper, 'changed'> },
  {
    teamId,
    taskId,
    budget,
    actor,
  }: { teamId: string; taskId: string; budget: z.output<typeof taskBudget>; actor: string },
): Promise<string> {
  const wish = { ...budget, subject: 'task', subject_id: taskId, period: 'total' } as const;
  const { rule } = await setBudget(db, { teamId, wish, actor });
  await budgets.changed(teamId);
  return rule.budget_id;
}
