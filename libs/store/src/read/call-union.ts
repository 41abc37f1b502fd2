import { sql, type RawBuilder } from 'kysely';
import { nameOfUse, type UsedKind } from '../rollup/fold/told-uses.ts';
import { isToldOtherwise, isWire } from '../rollup/fold/wire-tools.ts';
import { agentSpans, isIndexed } from './agent-spans.ts';
import { equals } from './record-page.ts';

/** The kinds of calls, with what each calls its name and its failures, and the models that it can be of. */
export const callTables = {
  llm_call: { name: sql`model`, failed: sql`status = 'error'`, models: ['model', 'response_model'] },
  tool_call: { name: sql`tool_name`, failed: sql`not success`, models: [] },
  service_call: { name: sql`service_name`, failed: sql`not success`, models: ['model'] },
} as const;
export type CallTable = keyof typeof callTables;

export type CallQuestion = {
  teamId: string;
  agentId?: string | undefined;
  sessionId?: string | undefined;
  taskId?: string | undefined;
  runId?: string | undefined;
  model?: string | undefined;
  userId?: string | undefined;
  project?: string | undefined;
  host?: string | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
};

type Condition = RawBuilder<unknown>;

/** Ids of which there are few calls, in a known span of time. */
const shortIds = ({ sessionId, taskId, runId }: CallQuestion, alias = ''): Condition[] => [
  ...equals(`${alias}session_id`, sessionId),
  ...equals(`${alias}task_id`, taskId),
  ...equals(`${alias}run_id`, runId),
];

function timesOf({ from, to }: CallQuestion, alias = ''): Condition[] {
  const at = sql.ref(`${alias}at`);
  return [
    ...(from === undefined ? [] : [sql`${at} >= ${from}::timestamptz`]),
    ...(to === undefined ? [] : [sql`${at} < ${to}::timestamptz`]),
  ];
}

/** The filters beside the agent. */
function filtersOf(question: CallQuestion, table: CallTable): Condition[] {
  const { model, labels } = question;
  const models = sql.join(callTables[table].models.map((column) => sql.ref(column)));
  return [
    ...shortIds(question),
    ...(model === undefined ? [] : [sql`${model} in (${models})`]),
    ...equals('user_id', question.userId),
    ...equals('project', question.project),
    ...equals('host', question.host),
    ...(labels === undefined ? [] : [sql`labels @> ${JSON.stringify(labels)}::jsonb`]),
    ...timesOf(question),
  ];
}

const conditionsOf = (question: CallQuestion, table: CallTable): Condition[] => [
  sql`team_id = ${question.teamId}`,
  // Its own index may lead to them sooner than the one of all that failed or was slow.
  ...(question.agentId === undefined ? [] : [isIndexed('agent_id', question.teamId, question.agentId)]),
  ...filtersOf(question, table),
];

/**
 * What is asked of the calls of one kind: which columns of which of them, best first. `says`: what a record of a call that
 * several origins saw must say to be believed about it.
 */
export type CallPart = {
  columns: Condition;
  conditions: readonly Condition[];
  order: Condition;
  says?: Condition;
};

/** What a record must say to be the one that a call is listed by, beside what it is listed for. */
const fitting = (question: CallQuestion, table: CallTable, says?: Condition): Condition[] => [
  ...equals('agent_id', question.agentId),
  ...filtersOf(question, table),
  ...(says === undefined ? [] : [says]),
];

/**
 * Of a call with several records only the first that fits the filters and says what is asked, in the order of belief; nothing of
 * a sum that other records tell call by call, which is of no call.
 */
function toldOnce(question: CallQuestion, says?: Condition): Condition {
  const { teamId } = question;
  return sql`not exists (
    select from call_alias a where a.team_id = ${teamId} and a.alias = 'r:' || llm_call.id and llm_call.id is distinct from (
      select record_id from (
        select member.*, seen.place from calls c cross join jsonb_array_elements(c.members) with ordinality as seen (value, place)
        cross join jsonb_populate_record(null::calls, seen.value) as member
        where c.team_id = ${teamId} and c.call_id = a.call_id) as seen
      where ${sql.join([sql`true`, ...fitting(question, 'llm_call', says)], sql` and `)} order by place limit 1))`;
}

/**
 * A use of a tool or service by the record that counts, where that one is of the same agent and fits; nothing that the wire tells of
 * tools where somebody else does.
 */
function usedOnce(question: CallQuestion, table: UsedKind, says?: Condition): Condition {
  const { teamId } = question;
  const of = (column: string): Condition => sql.ref(`${table}.${column}`);
  const wired = table === 'tool_call' ? sql`not (${isWire(table)} and ${isToldOtherwise(teamId, table)}) and` : sql``;
  return sql`${wired} not exists (
    select from told_tool t where t.team_id = ${teamId} and t.name = ${nameOfUse(table, table)} and t.record_id <> ${of('id')}
    and exists (select from ${sql.table(table)} as counted
      where key_of(counted.team_id, counted.agent_id) = key_of(${teamId}, ${of('agent_id')}) and counted.agent_id = ${of('agent_id')}
      and counted.at = t.at and counted.id = t.record_id
      and ${sql.join([sql`true`, ...fitting(question, table, says)], sql` and `)}))`;
}

/**
 * Of a record that came in two batches the first, where it counts once: a use of a tool or service that nothing names counts as
 * often as it came.
 */
const cameFirst = (teamId: string, table: CallTable): Condition => {
  const of = (column: string): Condition => sql.ref(`${table}.${column}`);
  const counted = table === 'llm_call' ? sql`` : sql`${nameOfUse(table, table)} is null or `;
  return sql`(${counted}not exists (select from ${sql.table(table)} as twin
    where key_of(twin.team_id, twin.agent_id) = key_of(${teamId}, ${of('agent_id')}) and twin.agent_id = ${of('agent_id')}
    and twin.at = ${of('at')} and twin.id = ${of('id')} and (twin.batch_no, twin.ctid) < (${of('batch_no')}, ${of('ctid')})))`;
};

/** That a call which several records tell of is listed once, as totals count it. */
export function onceOnly(question: CallQuestion, table: CallTable, says?: Condition): Condition[] {
  const { teamId } = question;
  return [cameFirst(teamId, table), table === 'llm_call' ? toldOnce(question, says) : usedOnce(question, table, says)];
}

/**
 * The best rows of one kind. An index leads to the slowest or newest of all; those of one session, task or run are few
 * among them and are found by when its agents were at it.
 */
function bestOf(question: CallQuestion, table: CallTable, { columns, conditions, order, says }: CallPart): Condition {
  const once = onceOnly(question, table, says);
  const rows = (more: readonly Condition[]): Condition => sql`select ${columns} from ${sql.table(table)}
    where ${sql.join([...conditionsOf(question, table), ...conditions, ...more, ...once], sql` and `)}
    order by ${order} limit ${question.limit}`;
  if (shortIds(question).length === 0) return rows([]);
  const { teamId, agentId } = question;
  const ids = (alias: string): Condition[] => [
    ...equals(`${alias}.agent_id`, agentId),
    ...shortIds(question, `${alias}.`),
  ];
  const spans = agentSpans({ teamId, table, ids, within: timesOf(question, 'r.') });
  const own = rows([
    sql`${isIndexed('agent_id', teamId, sql`known.agent_id`)} and at between known.first_at and known.last_at`,
  ]);
  return sql`select own.* from (${spans}) as known cross join lateral (${own}) as own`;
}

/** The best rows of each kind, put together; kinds that have no model are left out where one is asked for. */
export const unionOfCalls = (question: CallQuestion, part: (table: CallTable) => CallPart): Condition =>
  sql.join(
    (Object.keys(callTables) as CallTable[])
      .filter((table) => question.model === undefined || callTables[table].models.length > 0)
      .map((table) => sql`(${bestOf(question, table, part(table))})`),
    sql` union all `,
  );
