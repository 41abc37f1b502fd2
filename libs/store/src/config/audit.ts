import { randomUUID } from 'node:crypto';
import type { DbTransaction } from '../database.ts';

export type AuditEntry = {
  teamId: string;
  /** The principal who did it. */
  actor: string;
  /** `<thing>.<verb>` */
  action: string;
  /** `<thing>:<id>` */
  object: string;
  detail?: Record<string, unknown>;
};

/** Demands a transaction: a change without its audit row is not made. */
export async function writeAudit(trx: DbTransaction, entry: AuditEntry): Promise<void> {
  await trx
    .insertInto('audit_entry')
    .values({
      team_id: entry.teamId,
      entry_id: randomUUID(),
      principal: entry.actor,
      action: entry.action,
      object: entry.object,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}
