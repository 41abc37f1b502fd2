import { principal, scope, type KeyRow } from '@telltale/contracts/http/keys';
import { z } from 'zod';
import type { Db } from '../database.ts';

/** `*` lists the keys of every team, for the operator. */
export type KeyPage = { teamId: string; limit: number; offset: number };

const scopes = z.array(scope);
const iso = (value: Date | null): string | null => value?.toISOString() ?? null;

/** Newest first, revoked ones too, with how many there are. */
export async function listKeys(db: Db, page: KeyPage): Promise<{ keys: KeyRow[]; total: number }> {
  let matching = db.selectFrom('api_key');
  if (page.teamId !== '*') matching = matching.where('team_id', '=', page.teamId);
  const { total } = await matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await matching
    .select(['key_id', 'team_id', 'name', 'scopes', 'principal_kind', 'principal_id'])
    .select(['created_at', 'expires_at', 'revoked_at'])
    .orderBy('created_at', 'desc')
    .orderBy('key_id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  const keys = rows.map((row) => ({
    id: row.key_id,
    team_id: row.team_id,
    scopes: scopes.parse(row.scopes),
    name: row.name,
    principal: principal.parse({ kind: row.principal_kind, id: row.principal_id }),
    created_at: row.created_at.toISOString(),
    expires_at: iso(row.expires_at),
    revoked_at: iso(row.revoked_at),
  }));
  return { keys, total };
}
