import type { CreatedKey, Principal, Scope } from '@telltale/contracts/http/keys';
import type { Db, DbTransaction } from '../database.ts';
import { writeAudit } from './audit.ts';
import { formatKey, hashSecret, newKeyText } from './key-text.ts';

export type NewKey = {
  /** Made when it does not exist yet; `*` only for the operator's own key. */
  teamId: string;
  scopes: readonly Scope[];
  name: string;
  principal: Principal;
  expiresAt: Date | null;
  /** The pepper of key hashes. */
  keySecret: string;
  /** Who asks for it, for the audit row: `user:alice`, `key:<id>`. */
  actor: string;
};

async function ensureTeam(trx: DbTransaction, teamId: string, actor: string): Promise<void> {
  const made = await trx
    .insertInto('team')
    .values({ team_id: teamId, name: teamId })
    .onConflict((conflict) => conflict.column('team_id').doNothing())
    .returning('team_id')
    .executeTakeFirst();
  if (made !== undefined) await writeAudit(trx, { teamId, actor, action: 'team.create', object: `team:${teamId}` });
}

/** Makes a key and its team, with their audit rows, or nothing. The answer holds the only copy of the key there is. */
export const createKey = (db: Db, wanted: NewKey): Promise<CreatedKey> =>
  db.transaction().execute((trx) => insertKey(trx, wanted));

/** `createKey` as a part of something larger. */
export async function insertKey(trx: DbTransaction, wanted: NewKey): Promise<CreatedKey> {
  const text = newKeyText();
  if (wanted.teamId !== '*') await ensureTeam(trx, wanted.teamId, wanted.actor);
  await trx
    .insertInto('api_key')
    .values({
      key_id: text.keyId,
      team_id: wanted.teamId,
      name: wanted.name,
      scopes: [...new Set(wanted.scopes)],
      secret_hash: hashSecret(wanted.keySecret, text.secret),
      principal_kind: wanted.principal.kind,
      principal_id: wanted.principal.id,
      expires_at: wanted.expiresAt,
    })
    .execute();
  await writeAudit(trx, {
    teamId: wanted.teamId,
    actor: wanted.actor,
    action: 'key.create',
    object: `key:${text.keyId}`,
    detail: { scopes: [...wanted.scopes], name: wanted.name },
  });
  return {
    id: text.keyId,
    key: formatKey(text),
    team_id: wanted.teamId,
    scopes: [...new Set(wanted.scopes)],
    name: wanted.name,
    expires_at: wanted.expiresAt?.toISOString() ?? null,
  };
}

/** The key of who operates the instance: all teams, all scopes. */
export const createOperatorKey = (db: Db, { keySecret, name }: { keySecret: string; name: string }) =>
  createKey(db, {
    teamId: '*',
    scopes: ['ingest', 'read', 'runner', 'admin'],
    name,
    principal: { kind: 'user', id: 'operator' },
    expiresAt: null,
    keySecret,
    actor: 'user:operator',
  });
