import type { ErrorsAnswer } from '@telltale/contracts/http/metrics-detail';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { callTables, unionOfCalls, type CallQuestion } from './call-union.ts';

type RecentError = ErrorsAnswer['recent_errors'][number];

/** Calls that failed, newest first, as long as raw records are kept. */
export async function listErrors(db: Db, question: CallQuestion): Promise<RecentError[]> {
  const { rows } = await sql<Omit<RecentError, 'timestamp'> & { at: Date }>`
    select kind, name, tool, error, at, session_id from (${unionOfCalls(question, (table) => {
      const tool = table === 'tool_call' ? sql`tool_name` : sql`null::text`;
      const fallback = table === 'llm_call' ? sql`coalesce(error_type, 'no message')` : sql`'no message'`;
      return {
        columns: sql`${sql.lit(table)} as kind, ${callTables[table].name} as name, ${tool} as tool, at, id, session_id,
          left(coalesce(error_message, ${fallback}), 200) as error`,
        conditions: [callTables[table].failed],
        order: sql`at desc, id desc`,
      };
    })}) as failed order by at desc, id desc limit ${question.limit}`.execute(db);
  return rows.map(({ at, ...row }) => ({ ...row, timestamp: at.toISOString() }));
}
