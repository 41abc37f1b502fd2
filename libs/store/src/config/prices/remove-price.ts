import type { Db } from '../../database.ts';
import { writeAudit } from '../audit.ts';
import { touchPriceList } from './set-prices.ts';

/** Removes one row of a team (`*`: of the instance), with its audit row. False when the team has no such row. */
export async function removePrice(
  db: Db,
  { teamId, priceId, actor }: { teamId: string; priceId: string; actor: string },
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const removed = await trx
      .deleteFrom('price_override')
      .where('team_id', '=', teamId)
      .where('price_id', '=', priceId)
      .returning('model')
      .executeTakeFirst();
    if (removed === undefined) return false;
    await touchPriceList(trx, teamId, actor);
    const detail = { model: removed.model };
    await writeAudit(trx, { teamId, actor, action: 'price.remove', object: `price:${priceId}`, detail });
    return true;
  });
}
