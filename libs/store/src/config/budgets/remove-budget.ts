import type { Db } from '../../database.ts';
import { writeAudit } from '../audit.ts';

/** Removes a budget, with its audit row; it holds nothing from then on. False when the team has no such one. */
export async function removeBudget(
  db: Db,
  { teamId, budgetId, actor }: { teamId: string; budgetId: string; actor: string },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const removed = await trx
      .deleteFrom('budget')
      .where('team_id', '=', teamId)
      .where('budget_id', '=', budgetId)
      .returning(['subject', 'subject_id', 'period', 'measure', 'limit_value', 'kind'])
      .executeTakeFirst();
    if (removed === undefined) return false;
    await writeAudit(trx, {
      teamId,
      actor,
      action: 'budget.remove',
      object: `budget:${budgetId}`,
      detail: { ...removed },
    });
    return true;
  });
}
