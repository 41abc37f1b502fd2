import { mostOfTask, type TaskDetail } from '@telltale/contracts/http/tasks';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { readCrewKeys } from './crew-keys.ts';
import { listRuns } from './list-runs.ts';
import { taskColumns, toTask, type TaskStateRow } from './list-tasks.ts';
import { readSums } from './read-sums.ts';
import { readTaskParts } from './read-task-parts.ts';

type DetailRow = TaskStateRow & { output: Record<string, unknown> | null; error_message: string | null };

/** Everything about one task; null when the team has no such task. Lists hold 100 at most. */
export async function readTask(
  db: Db,
  { teamId, taskId }: { teamId: string; taskId: string },
  now: number,
): Promise<TaskDetail | null> {
  const { rows } = await sql<DetailRow>`
    select ${taskColumns}, output, error_message from task
    where team_id = ${teamId} and task_id = ${taskId}`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  const { output, error_message, ...state } = row;
  const [sums, parts, { runs, more }, crewKeys] = await Promise.all([
    readSums(db, { teamId, cube: 'unit', segments: [{ grain: 0, from: null, to: null }], filter: { task_id: taskId } }),
    readTaskParts(db, { teamId, taskId }),
    listRuns(db, { teamId, taskId, after: null, limit: mostOfTask, offset: 0 }, now),
    readCrewKeys(db, teamId),
  ]);
  const { steps, toolCalls, warnings, events, artifacts, truncated } = parts;
  const llm = { calls: sums.llm_calls, tokens: sums.total_tokens, avg_latency_ms: sums.avg_llm_latency_ms };
  return {
    ...toTask(state, crewKeys),
    inputs: state.inputs,
    output,
    error_message,
    truncated: more ? [...truncated, 'runs'] : truncated,
    logs_summary: { steps, tool_calls: toolCalls, warnings, llm },
    events,
    artifacts,
    runs,
    ...sums,
  };
}
