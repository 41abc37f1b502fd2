import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import { agentSpans, isIndexed, unfoldedSpans } from './agent-spans.ts';

/** Where a page of records begins: after this one, in the order of the page. */
export type RecordPosition = { at: string; id: string };

/** What every list of records can be narrowed by. Times are UTC ISO 8601; `from` is inclusive, `to` exclusive. */
export type RecordPage = {
  teamId: string;
  agentId?: string | undefined;
  sessionId?: string | undefined;
  taskId?: string | undefined;
  runId?: string | undefined;
  /** Pairs that all have to be there. */
  labels?: Readonly<Record<string, string>> | undefined;
  from?: string | undefined;
  to?: string | undefined;
  order: 'asc' | 'desc';
  after: RecordPosition | null;
  limit: number;
  offset: number;
};

/** A stored record with all its fields, as it was sent: what it did not say is absent. */
export type StoredRecord = Record<string, unknown> & { id: string; at: string };

type Condition = RawBuilder<unknown>;

/** `%`, `_` and `\` of a searched text mean themselves. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

export const equals = (column: string, value: string | boolean | undefined): Condition[] =>
  value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`];

export const hasLabels = (column: string, labels: RecordPage['labels']): Condition[] =>
  labels === undefined ? [] : [sql`${sql.ref(column)} @> ${JSON.stringify(labels)}::jsonb`];

const commonColumns = [
  'at',
  'id',
  'team_id',
  'agent_id',
  'session_id',
  'task_id',
  'run_id',
  'crew_id',
  'trace_id',
  'span_id',
  'parent_span_id',
  'parent_agent_id',
  'parent_run_id',
  'user_id',
  'host',
  'project',
  'labels',
  'attributes',
];

function conditionsOf(page: RecordPage): Condition[] {
  const { from, to, after } = page;
  const beyond = page.order === 'desc' ? sql`<` : sql`>`;
  return [
    sql`team_id = ${page.teamId}`,
    ...(page.agentId === undefined ? [] : [isIndexed('agent_id', page.teamId, page.agentId)]),
    ...equals('session_id', page.sessionId),
    ...equals('task_id', page.taskId),
    ...equals('run_id', page.runId),
    ...hasLabels('labels', page.labels),
    ...(from === undefined ? [] : [sql`at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`at < ${to}::timestamptz`]),
    ...(after === null ? [] : [sql`(at, id) ${beyond} (${after.at}::timestamptz, ${after.id}::uuid)`]),
  ];
}

/** Only the first level: nulls inside open attributes were sent as such. */
function present(kind: string, row: Record<string, unknown>): StoredRecord {
  const said = Object.entries(row).filter(([, value]) => value !== null);
  return { v: 1, kind, ...Object.fromEntries(said), id: String(row['id']), at: toIso(row['at']) };
}

const toIso = (at: unknown): string => new Date(String(at)).toISOString();

/** A kind's table and its own columns. */
export type RecordTable = { name: string; columns: readonly string[] };

/**
 * Which agents to look at, and from when to when: raw tables are indexed by agent and time, so the newest rows of many
 * agents are merged instead of reading all rows of the team. The fold makes agents known; before it the rows of
 * the batches that are not folded yet do. Sub-agents have no rows of their own.
 */
function agentsOf(page: RecordPage, table: string): Condition {
  const { teamId, from, to } = page;
  const ids = (alias: string): Condition[] => [
    ...equals(`${alias}.agent_id`, page.agentId),
    ...equals(`${alias}.session_id`, page.sessionId),
    ...equals(`${alias}.task_id`, page.taskId),
    ...equals(`${alias}.run_id`, page.runId),
  ];
  const within = [
    ...(from === undefined ? [] : [sql`r.at >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`r.at < ${to}::timestamptz`]),
  ];
  const question = { teamId, table, ids, within };
  if (hasIds(page)) return agentSpans(question);
  const heard = from === undefined ? sql`` : sql`and last_at >= ${from}::timestamptz`;
  return sql`select agent_id, timestamptz '-infinity' as first_at, timestamptz 'infinity' as last_at from (
      select agent_id from agent where team_id = ${teamId} and sub_agent is null ${heard}
      union select agent_id from (${unfoldedSpans(question)}) as unfolded) as known`;
}

const hasIds = ({ sessionId, taskId, runId }: RecordPage): boolean =>
  sessionId !== undefined || taskId !== undefined || runId !== undefined;

/**
 * One page of one kind's raw records, in the order of their own times, plus whether there are more. Raw lives as long
 * as retention says; totals come from rollups and are never summed from here.
 */
export async function listRecords(
  db: Db,
  table: RecordTable,
  page: RecordPage,
  conditions: readonly Condition[],
): Promise<{ records: StoredRecord[]; more: boolean }> {
  const direction = page.order === 'desc' ? sql`desc` : sql`asc`;
  const order = sql`order by at ${direction}, id ${direction}`;
  const columns = sql.join([...commonColumns, ...table.columns].map((column) => sql.ref(column)));
  const all = [...conditionsOf(page), ...conditions];
  const rowsWhere = (more: readonly Condition[], limit: number): Condition =>
    sql`select ${columns} from ${sql.table(table.name)} where ${sql.join([...all, ...more], sql` and `)}
      ${order} limit ${limit}`;
  const wanted = page.offset + page.limit + 1;
  const isDirect = page.agentId !== undefined && !hasIds(page);
  const found = isDirect
    ? rowsWhere([], wanted)
    : sql`select own.* from (${agentsOf(page, table.name)}) as known
        cross join lateral (${rowsWhere([sql`${isIndexed('agent_id', page.teamId, sql`known.agent_id`)} and at between known.first_at and known.last_at`], wanted)}) as own`;
  const query = sql<{ record: Record<string, unknown> }>`
    select to_jsonb(found) as record from (${found}) as found
    ${order} limit ${page.limit + 1} offset ${page.offset}`;
  const { rows } = await query.execute(db);
  const records = rows.slice(0, page.limit).map(({ record }) => present(table.name, record));
  return { records, more: rows.length > page.limit };
}
