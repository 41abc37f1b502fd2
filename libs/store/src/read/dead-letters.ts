import { sql } from 'kysely';
import type { DeadLetterRow } from '@telltale/contracts/http/dead-letters';
import type { Db } from '../database.ts';

export type DeadLetterPage = { teamId: string; limit: number; offset: number };

type Row = Omit<DeadLetterRow, 'created_at' | 'last_at'> & { created_at: Date; last_at: Date };

const columns = sql`letter_id as id, producer_id, seq, record_id, kind, reason, detail, attempts,
  octet_length(payload) as size_bytes, created_at, last_at`;

const toRow = (row: Row): DeadLetterRow => ({
  ...row,
  created_at: row.created_at.toISOString(),
  last_at: row.last_at.toISOString(),
});

/** Newest first, without what they hold, and how many there are. */
export async function listDeadLetters(
  db: Db,
  { teamId, limit, offset }: DeadLetterPage,
): Promise<{ letters: DeadLetterRow[]; total: number }> {
  const { rows } = await sql<Row>`
    select ${columns} from dead_letter where team_id = ${teamId}
    order by created_at desc, letter_id limit ${limit} offset ${offset}`.execute(db);
  const count = await sql<{ n: number }>`select count(*) as n from dead_letter where team_id = ${teamId}`.execute(db);
  return { letters: rows.map(toRow), total: count.rows[0]?.n ?? 0 };
}

/** One letter and the bytes that could not be stored; null when the team has no such letter. */
export async function readDeadLetter(
  db: Db,
  { teamId, letterId }: { teamId: string; letterId: string },
): Promise<{ letter: DeadLetterRow; payload: Buffer } | null> {
  const { rows } = await sql<Row & { payload: Buffer }>`
    select ${columns}, payload from dead_letter where team_id = ${teamId} and letter_id = ${letterId}`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  const { payload, ...rest } = row;
  return { letter: toRow(rest), payload };
}
