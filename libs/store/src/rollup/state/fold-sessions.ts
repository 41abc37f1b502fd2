import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';

/** fold_base → session: its first and its last word. */
export async function foldSessions(trx: DbTransaction, teamId: string): Promise<void> {
  await sql`insert into session as t (team_id, session_id, first_at, last_at)
    select ${teamId}, session_id, min(first_at), max(last_at)
    from fold_base where records is not null and session_id is not null group by session_id
    on conflict (team_id, session_id) do update set
      first_at = least(t.first_at, excluded.first_at), last_at = greatest(t.last_at, excluded.last_at)`.execute(trx);
}
