import { sql } from 'kysely';
import type { RunnerInvitation } from '@telltale/contracts/http/runners';
import type { Db } from '../../database.ts';
import { writeAudit } from '../audit.ts';
import { hashSecret, newKeyText } from '../key-text.ts';
import { formatRunnerToken } from './runner-token.ts';

export type Invitation = {
  teamId: string;
  name: string | null;
  ttlMs: number;
  actor: string;
  /** The pepper of the hash. */
  keySecret: string;
};

/** Makes a token with which one host may become a runner of the team, with its audit row. The answer holds its only copy. */
export async function inviteRunner(db: Db, wish: Invitation): Promise<RunnerInvitation> {
  const { teamId, name, ttlMs, actor, keySecret } = wish;
  const { keyId: tokenId, secret } = newKeyText();
  return db.transaction().execute(async (trx) => {
    const { expires_at: expiresAt } = await trx
      .insertInto('runner_token')
      .values({
        team_id: teamId,
        token_id: tokenId,
        secret_hash: hashSecret(keySecret, secret),
        name,
        created_by: actor,
        expires_at: sql<Date>`now() + make_interval(secs => ${ttlMs / 1_000})`,
        runner_id: null,
      })
      .returning('expires_at')
      .executeTakeFirstOrThrow();
    const detail = { expires_at: expiresAt.toISOString(), ...(name === null ? {} : { name }) };
    await writeAudit(trx, { teamId, actor, action: 'runner.invite', object: `runner_token:${tokenId}`, detail });
    const token = formatRunnerToken({ keyId: tokenId, secret });
    return { token_id: tokenId, token, team_id: teamId, name, expires_at: expiresAt.toISOString() };
  });
}
