import type { Db } from '../database.ts';
import { writeAudit } from './audit.ts';

export type LetterDecision = { teamId: string; letterId: string; actor: string };

/**
 * Removes a dead letter for good, with its audit row; its records stay dead-lettered in the books. False when the team
 * has no such letter. The collector alone writes letters: a person's word that one is not wanted is all that is done here.
 */
export async function dropDeadLetter(db: Db, { teamId, letterId, actor }: LetterDecision): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const dropped = await trx
      .deleteFrom('dead_letter')
      .where('team_id', '=', teamId)
      .where('letter_id', '=', letterId)
      .returning(['producer_id', 'seq', 'record_id', 'reason'])
      .executeTakeFirst();
    if (dropped === undefined) return false;
    const object = `dead_letter:${letterId}`;
    await writeAudit(trx, { teamId, actor, action: 'dead_letter.drop', object, detail: dropped });
    return true;
  });
}

/** Keeps who asked for which attempt, before it is published. */
export async function auditReplay(db: Db, decision: LetterDecision & { attempt: number }): Promise<void> {
  const { teamId, letterId, actor, attempt } = decision;
  const entry = { teamId, actor, action: 'dead_letter.replay', object: `dead_letter:${letterId}`, detail: { attempt } };
  await db.transaction().execute((trx) => writeAudit(trx, entry));
}
