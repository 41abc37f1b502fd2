import { sql, type RawBuilder } from 'kysely';

/** The kinds of calls, with what each calls its name and its failures. */
export const callTables = {
  llm_call: { name: sql`model`, failed: sql`status = 'error'` },
  tool_call: { name: sql`tool_name`, failed: sql`not success` },
  service_call: { name: sql`service_name`, failed: sql`not success` },
} as const;
export type CallTable = keyof typeof callTables;

export type CallQuestion = {
  teamId: string;
  agentId?: string | undefined;
  sessionId?: string | undefined;
  taskId?: string | undefined;
  runId?: string | undefined;
  userId?: string | undefined;
  project?: string | undefined;
  host?: string | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
};

export function callConditions(question: CallQuestion): RawBuilder<unknown>[] {
  const { from, to, labels } = question;
  const equal = (column: string, value: string | undefined) =>
    value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];
  return [
    sql`team_id = ${question.teamId}`,
    ...equal('agent_id', question.agentId),
    ...equal('session_id', question.sessionId),
    ...equal('task_id', question.taskId),
    ...equal('run_id', question.runId),
    ...equal('user_id', question.userId),
    ...equal('project', question.project),
    ...equal('host', question.host),
    ...(labels === undefined ? [] : [sql`labels @> ${JSON.stringify(labels)}::jsonb`]),
    ...(from === undefined ? [] : [sql`at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`at < ${to}::timestamptz`]),
  ];
}

/** The best rows of each kind, put together. */
export const unionOfCalls = (part: (table: CallTable) => RawBuilder<unknown>): RawBuilder<unknown> =>
  sql.join(
    (Object.keys(callTables) as CallTable[]).map((table) => sql`(${part(table)})`),
    sql` union all `,
  );
