import type { Principal, Scope } from '@telltale/contracts/http/keys';
import { principal, scope } from '@telltale/contracts/http/keys';
import { z } from 'zod';
import type { Db } from '../database.ts';

/** A key as it is kept: no secret, only its keyed hash. */
export type StoredKey = {
  keyId: string;
  /** `*` for the operator's key. */
  teamId: string;
  scopes: Scope[];
  principal: Principal;
  secretHash: Buffer;
  expiresAt: Date | null;
  revokedAt: Date | null;
};

/** By the key's public id; the only query that does not know its team yet. */
export async function findKey(db: Db, keyId: string): Promise<StoredKey | null> {
  const row = await db
    .selectFrom('api_key')
    .select([
      'key_id',
      'team_id',
      'scopes',
      'principal_kind',
      'principal_id',
      'secret_hash',
      'expires_at',
      'revoked_at',
    ])
    .where('key_id', '=', keyId)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    keyId: row.key_id,
    teamId: row.team_id,
    scopes: z.array(scope).parse(row.scopes),
    principal: principal.parse({ kind: row.principal_kind, id: row.principal_id }),
    secretHash: row.secret_hash,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
