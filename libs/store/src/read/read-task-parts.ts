import { mostOfTask, type ListOfTask, type TaskDetail } from '@telltale/contracts/http/tasks';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { agentSpans, isIndexed } from './agent-spans.ts';
import { onceOnly } from './call-union.ts';
import { readChunkLines } from './chunk-lines.ts';

type Summary = TaskDetail['logs_summary'];
type Task = { teamId: string; taskId: string };
type WithTime<T> = Omit<T, 'at'> & { at: Date };

export type TaskParts = {
  steps: Summary['steps'];
  toolCalls: Summary['tool_calls'];
  warnings: Summary['warnings'];
  events: TaskDetail['events'];
  artifacts: TaskDetail['artifacts'];
  truncated: ListOfTask[];
};

/** One more than is told, which says that there are more. */
const asked = mostOfTask + 1;

/** When there may be anything of the task: times are partitions, and all but a few of those have nothing of it. */
type Bounded = Task & { from: Date; to: Date };

/** By what its units came to, and by the batches that are not folded yet; null when there is nothing. */
async function findBounds(db: Db, { teamId, taskId }: Task): Promise<Pick<Bounded, 'from' | 'to'> | null> {
  const { rows } = await sql<{ from: Date | null; to: Date | null }>`
    select min(first_at) as "from", max(last_at) as "to" from (
      select first_at, last_at + interval '1 minute' as last_at from unit_total
      where team_id = ${teamId} and cube = 'unit' and task_id = ${taskId}
      union all
      select min_at, max_at from batch_ledger where team_id = ${teamId} and folded_at is null
    ) as span`.execute(db);
  const { from = null, to = null } = rows[0] ?? {};
  return from === null || to === null ? null : { from, to };
}

const within = ({ from, to }: Bounded) => sql`at between ${from} and ${to}`;
const of = (task: Bounded) =>
  sql`where team_id = ${task.teamId} and ${isIndexed('task_id', task.teamId, task.taskId)} and ${within(task)}`;
const first = sql`order by at, id limit ${sql.lit(asked)}`;
const isoAt = <T extends { at: Date }>(rows: readonly T[]) => rows.map((row) => ({ ...row, at: row.at.toISOString() }));

/** Uses of tools have no index by task: those of its agents in its time are looked through, each told once. */
async function readTools(db: Db, task: Bounded): Promise<Summary['tool_calls']> {
  const ids = (alias: string) => [sql`${sql.ref(`${alias}.task_id`)} = ${task.taskId}`];
  const spans = agentSpans({ teamId: task.teamId, table: 'tool_call', ids });
  const { rows } = await sql<Summary['tool_calls'][number]>`
    select name, input, output, success from (${spans}) as span cross join lateral (
      select at, id, tool_name as name, input_preview as input, output_preview as output, success from tool_call
      ${of(task)} and ${isIndexed('agent_id', task.teamId, sql`span.agent_id`)}
        and at between span.first_at and span.last_at
        and ${sql.join(onceOnly({ ...task, from: undefined, to: undefined, limit: asked }, 'tool_call'), sql` and `)} ${first}
    ) as call ${first}`.execute(db);
  return rows;
}

/** Warnings and errors of a task, from rows and from chunks. */
async function readWarnings(db: Db, task: Bounded): Promise<Summary['warnings']> {
  const conditions = [
    sql`chunk.team_id = ${task.teamId}`,
    isIndexed('chunk.task_id', task.teamId, task.taskId),
    sql`chunk.warnings + chunk.errors > 0 and chunk.at between ${task.from} and ${task.to}`,
  ];
  const [alone, together] = await Promise.all([
    sql<WithTime<Omit<Summary['warnings'][number], 'timestamp'>>>`
      select id, at, level, message, source from log_entry
      ${of(task)} and level in ('warning', 'error') ${first}`.execute(db),
    readChunkLines(db, {
      conditions,
      order: 'asc',
      wanted: asked,
      keep: ({ level }) => level === 'warning' || level === 'error',
    }),
  ]);
  return [...alone.rows, ...together]
    .map(({ id, at, level, message, source }) => ({
      id,
      timestamp: new Date(at).toISOString(),
      level,
      message,
      source,
    }))
    .sort((a, b) => (`${a.timestamp} ${a.id}` < `${b.timestamp} ${b.id}` ? -1 : 1))
    .slice(0, asked);
}

/** Most telling first: what became of it comes before what was noted on the way, however much that is. */
async function readEvents(db: Db, task: Bounded): Promise<TaskDetail['events']> {
  const { rows } = await sql<WithTime<TaskDetail['events'][number]>>`
    select id, event_type, status, attempt, data, metadata, at from (
      select *, status in ('COMPLETED', 'FAILED', 'CANCELLED') as is_end,
        status is not distinct from lag(status) over (partition by status is null order by at, id) as told_before
      from task_event ${of(task)}) as event
    order by is_end is not true, status is null or told_before, at, id limit ${sql.lit(asked)}`.execute(db);
  return isoAt(rows);
}

/** Raw records of one task, oldest first, at most 100 of each kind. */
export async function readTaskParts(db: Db, question: Task): Promise<TaskParts> {
  const bounds = await findBounds(db, question);
  if (bounds === null) return { steps: [], toolCalls: [], warnings: [], events: [], artifacts: [], truncated: [] };
  const task = { ...question, ...bounds };
  const [steps, tools, warnings, events, artifacts] = await Promise.all([
    sql<WithTime<Summary['steps'][number]>>`
      select name, index, duration_ms, summary, at from agent_step ${of(task)} ${first}`.execute(db),
    readTools(db, task),
    readWarnings(db, task),
    readEvents(db, task),
    sql<WithTime<TaskDetail['artifacts'][number]>>`
      select id, artifact_type, uri, size_bytes, sha256, metadata, at from artifact ${of(task)} ${first}`.execute(db),
  ]);
  const truncated: ListOfTask[] = [];
  const cut = <T>(list: ListOfTask, rows: readonly T[]): T[] => {
    if (rows.length > mostOfTask) truncated.push(list);
    return rows.slice(0, mostOfTask);
  };
  return {
    steps: cut('steps', isoAt(steps.rows)),
    toolCalls: cut('tool_calls', tools),
    warnings: cut('warnings', warnings),
    events: cut('events', events).sort((a, b) => (`${a.at} ${a.id}` < `${b.at} ${b.id}` ? -1 : 1)),
    artifacts: cut('artifacts', isoAt(artifacts.rows)),
    truncated,
  };
}
