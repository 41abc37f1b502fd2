import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { plannedOnce } from '../planned-once.ts';
import { isIndexed } from './agent-spans.ts';
import { chunkColumns, firstId, readChunkLines, type ChunkRow, type FoundLine } from './chunk-lines.ts';
import { keyRows } from './key-rows.ts';

/** Chunks of each id fetched at first: most hold enough lines. */
const chunksFirst = 3;

export type NewestLine = Pick<FoundLine, 'id' | 'level' | 'message' | 'source'> & { at: Date };

/** The newest lines of each id among those that lie in chunks, newest first. */
export async function newestChunkLines(
  db: Db,
  question: { teamId: string; of: 'agent_id' | 'run_id' | 'session_id'; ids: readonly string[]; logs: number },
): Promise<Map<string, NewestLine[]>> {
  const { teamId, of, ids, logs } = question;
  const column = `chunk.${of}`;
  const { rows } = await sql<ChunkRow & { key: string }>`${plannedOnce}
    select key.id as key, chunk.* from ${keyRows(ids)} cross join lateral (
      select ${chunkColumns} from log_chunk chunk where chunk.team_id = ${teamId} and ${isIndexed(column, teamId, sql`key.id`)}
      order by chunk.max_at desc, ${firstId} desc limit ${sql.lit(chunksFirst)}
    ) as chunk order by key, chunk.max_at desc, ${firstId} desc`.execute(db);
  const answer = new Map<string, NewestLine[]>();
  for (const [key, first] of Map.groupBy(rows, (row) => row.key)) {
    const conditions = [sql`chunk.team_id = ${teamId}`, isIndexed(column, teamId, key)];
    const known = { rows: first, limit: chunksFirst };
    const lines = await readChunkLines(db, { conditions, order: 'desc', wanted: logs }, known);
    answer.set(
      key,
      lines.map(({ id, at, level, message, source }) => ({ id, at: new Date(at), level, message, source })),
    );
  }
  return answer;
}
