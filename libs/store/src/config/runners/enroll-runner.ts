import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { EnrolledRunner } from '@telltale/contracts/http/runners';
import type { Db } from '../../database.ts';
import { writeAudit } from '../audit.ts';
import { insertKey } from '../create-key.ts';
import { secretMatches } from '../key-text.ts';
import { parseRunnerToken } from './runner-token.ts';

export type Enrolment = {
  token: string;
  host: string;
  version: string | null;
  /** The pepper of key hashes. */
  keySecret: string;
};

/**
 * Trades a token for a key of scope `runner` and a row of the runner, with audit rows, or nothing. Null when the token is
 * not one, has been used or is too old: nobody learns which.
 */
export async function enrollRunner(db: Db, enrolment: Enrolment): Promise<EnrolledRunner | null> {
  const { host, version, keySecret } = enrolment;
  const parsed = parseRunnerToken(enrolment.token);
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('runner_token')
      .select(['team_id', 'secret_hash', 'name'])
      .where('token_id', '=', parsed?.keyId ?? '')
      .where('used_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .forUpdate()
      .executeTakeFirst();
    const matches = secretMatches(keySecret, parsed?.secret ?? '', row?.secret_hash ?? null);
    if (!matches || row === undefined || parsed === null) return null;
    const { team_id: teamId } = row;
    const runnerId = randomUUID();
    const name = row.name ?? host;
    const actor = `runner_token:${parsed.keyId}`;
    await trx
      .updateTable('runner_token')
      .set({ used_at: sql<Date>`now()`, runner_id: runnerId })
      .where('team_id', '=', teamId)
      .where('token_id', '=', parsed.keyId)
      .execute();
    const key = await insertKey(trx, {
      teamId,
      scopes: ['runner'],
      name: `runner ${name}`.slice(0, 200),
      principal: { kind: 'runner', id: runnerId },
      expiresAt: null,
      keySecret,
      actor,
    });
    await trx
      .insertInto('runner')
      .values({
        team_id: teamId,
        runner_id: runnerId,
        name,
        host,
        version,
        key_id: key.id,
        enrolled_at: sql<Date>`now()`,
      })
      .execute();
    await writeAudit(trx, {
      teamId,
      actor,
      action: 'runner.enroll',
      object: `runner:${runnerId}`,
      detail: { name, host, key: key.id },
    });
    return { runner_id: runnerId, team_id: teamId, name, key_id: key.id, key: key.key };
  });
}
