import { createHash } from 'node:crypto';
import type { DbClient } from '../database.ts';

/** Why something could not be stored. */
export type LetterReason =
  | 'refused_by_store'
  | 'seq_reused'
  | 'unknown_kind'
  | 'unsupported_version'
  | 'unencodable'
  | 'unreadable_batch'
  | 'crashed_collector';

export type DeadLetter = {
  teamId: string;
  producerId: string;
  seq: number;
  /** Tells letters of one batch apart: the record's index, or a hash for the batch as a whole. */
  part: string;
  recordId: string | null;
  kind: string | null;
  reason: LetterReason;
  detail: string;
  payload: Buffer;
};

/**
 * Writes letters; one that is there already (the same part of the same batch) counts one more attempt. Answers which
 * of them are new.
 */
export async function writeDeadLetters(client: DbClient, letters: readonly DeadLetter[]): Promise<boolean[]> {
  const fresh: boolean[] = [];
  for (const letter of letters) {
    const { rows } = await client.query<{ fresh: boolean }>({
      name: 'ingest_dead_letter',
      text: `
        insert into dead_letter (team_id, letter_id, producer_id, seq, record_id, kind, reason, detail, payload)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (team_id, letter_id) do update
          set attempts = dead_letter.attempts + 1, last_at = now(), detail = excluded.detail
        returning xmax = 0 as fresh`,
      values: [
        storable(letter.teamId),
        letterId(letter),
        storable(letter.producerId),
        letter.seq,
        letter.recordId === null ? null : storable(letter.recordId),
        letter.kind === null ? null : storable(letter.kind),
        letter.reason,
        storable(letter.detail).slice(0, 4_000),
        letter.payload,
      ],
    });
    fresh.push(rows[0]?.fresh === true);
  }
  return fresh;
}

/** Derived, so that the same failure again meets its own letter. */
function letterId({ teamId, producerId, seq, part, reason }: DeadLetter): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([teamId, producerId, seq, part, reason]))
    .digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

const storable = (text: string): string => text.replaceAll('\u0000', '\uFFFD').toWellFormed();
