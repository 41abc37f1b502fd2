import { createHash } from 'node:crypto';
import { replayedLetter } from '@telltale/contracts/dead-letters';
import type { Pool } from 'pg';
import type { DbClient } from '../database.ts';
import { writeDeadLetters } from './dead-letters.ts';
import { inTransaction } from './in-transaction.ts';
import { failAgain } from './store-replay.ts';

/** A whole batch that could not be read, or at which a collector died while it did nothing else. */
export type UnreadableBatch = {
  teamId: string;
  producerId: string;
  seq: number;
  payload: Buffer;
  reason: 'unreadable_batch' | 'unsupported_version' | 'crashed_collector';
  detail: string;
};

/**
 * Keeps the payload as a dead letter and settles its seq, so that the producer's spool may forget it. Safe to repeat; what
 * the ledger has already leaves no letter, a replay that failed updates the letter it came from, and a seq that was used for something else leaves one.
 */
export async function storeUnreadable(pool: Pool, unreadable: UnreadableBatch): Promise<void> {
  const { teamId, producerId, seq, payload, reason, detail } = unreadable;
  const hash = createHash('sha256').update(payload).digest('hex');
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `insert into batch_ledger (team_id, producer_id, seq, ids_hash, records, kinds, min_at, max_at, received_at)
       values ($1, $2, $3, decode($4, 'hex'), 0, '{}', now(), now(), now()) on conflict do nothing`,
      [teamId, producerId, seq, hash],
    );
    if (rowCount === 0 && (reason === 'crashed_collector' || (await isLedgered(client, unreadable, hash)))) return;
    const letterId = replayedLetter(producerId);
    if (letterId !== null && (await failAgain(client, teamId, letterId, detail))) return;
    await writeDeadLetters(client, [
      { teamId, producerId, seq, part: hash, recordId: null, kind: null, reason, detail, payload },
    ]);
  });
}

async function isLedgered(client: DbClient, { teamId, producerId, seq }: UnreadableBatch, hash: string) {
  const { rows } = await client.query<{ hash: string }>(
    `select encode(ids_hash, 'hex') as hash from batch_ledger where team_id = $1 and producer_id = $2 and seq = $3`,
    [teamId, producerId, seq],
  );
  return rows[0]?.hash === hash;
}
