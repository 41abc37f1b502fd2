import { sql } from 'kysely';
import type { Db } from '../database.ts';

const atATime = 20_000;

/**
 * Removes ledger rows that nobody needs: folded for a day and at or under their producer's watermark, which stands for
 * them from then on. What is numbered by its own bytes or by a dead letter has no watermark and stays for a week, so that
 * a retry of it is still one batch. Answers how many went.
 */
export async function pruneLedger(db: Db): Promise<number> {
  let removed = 0;
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from batch_ledger where ctid = any(array(
        select l.ctid from batch_ledger l left join producer p using (team_id, producer_id)
        where l.folded_at < now() - interval '1 day'
          and (l.seq <= p.settled_seq or (p.producer_id is null and l.folded_at < now() - interval '7 days'))
        limit ${sql.lit(atATime)}))`.execute(db);
    removed += Number(numAffectedRows);
    if (numAffectedRows < atATime) return removed;
  }
}
