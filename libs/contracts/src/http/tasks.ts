import { z } from 'zod';
import { taskStatus } from '../records/task-event.ts';
import { sums } from '../sums.ts';
import { activityLog } from './agent-telemetry.ts';
import { filter, instant, pageAnswer, pageQuery, teamQuery } from './query.ts';
import { runRow } from './runs.ts';
import { canonicalTime, time } from '../time.ts';

export const taskRow = z.object({
  task_id: z.string(),
  crew_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  session_id: z.string().nullable(),
  status: taskStatus,
  /** Of a PENDING task: its creation. */
  start_time: instant,
  end_time: instant.nullable(),
  /** null until the end. */
  duration_ms: z.number().nullable(),
  /** symbol, timeframe, strategy_name, then the first scalars: at most 5 of those, 200 characters each. */
  input_summary: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** The first 200 characters of the error, FAILED only. */
  error_preview: z.string().nullable(),
});
export type TaskRow = z.output<typeof taskRow>;

/** Both ends of the start date are inclusive; a bare date means the whole UTC day. */
const date = z.iso.date().refine((day) => canonicalTime(`${day}T00:00:00Z`) !== null);
const dateOrTime = z.union([date, time], { error: 'is neither a date (2026-01-31) nor an RFC 3339 time' });

export const tasksQuery = z.strictObject({
  ...teamQuery,
  ...pageQuery,
  crew_id: filter,
  agent_id: filter,
  session_id: filter,
  status: taskStatus.optional(),
  start_date_from: dateOrTime.optional(),
  start_date_to: dateOrTime.optional(),
  sort: z
    .enum(['-start_time', 'start_time'], { error: 'is not one of -start_time, start_time' })
    .default('-start_time'),
});
export const tasksAnswer = z.object({ tasks: z.array(taskRow), ...pageAnswer, total: z.int() });
export type TasksAnswer = z.output<typeof tasksAnswer>;

const open = z.record(z.string(), z.unknown());

/** The lists of a task's detail hold so many; which of them go on is told. */
export const mostOfTask = 100;
const listOfTask = z.enum(['steps', 'tool_calls', 'warnings', 'events', 'artifacts', 'runs']);
export type ListOfTask = z.output<typeof listOfTask>;

export const taskDetail = taskRow.extend({
  inputs: open.nullable(),
  output: open.nullable(),
  error_message: z.string().nullable(),
  /** The lists that are not whole: of each the first 100 are told, of events those that change the state before others, of runs the newest. Absent where an older gateway answers. */
  truncated: z.array(listOfTask).optional(),
  logs_summary: z.object({
    steps: z.array(
      z.object({
        name: z.string(),
        index: z.int().nullable(),
        duration_ms: z.number().nullable(),
        summary: z.string().nullable(),
        at: instant,
      }),
    ),
    tool_calls: z.array(
      z.object({
        name: z.string(),
        input: z.string().nullable(),
        output: z.string().nullable(),
        success: z.boolean(),
      }),
    ),
    warnings: z.array(activityLog),
    llm: z.object({ calls: z.int(), tokens: z.int(), avg_latency_ms: z.number().nullable() }),
  }),
  events: z.array(
    z.object({
      id: z.string(),
      event_type: z.string(),
      status: taskStatus.nullable(),
      attempt: z.int().nullable(),
      data: open.nullable(),
      metadata: open.nullable(),
      at: instant,
    }),
  ),
  artifacts: z.array(
    z.object({
      id: z.string(),
      artifact_type: z.string(),
      uri: z.string(),
      size_bytes: z.int(),
      sha256: z.string().nullable(),
      metadata: open.nullable(),
      at: instant,
    }),
  ),
  runs: z.array(runRow),
  ...sums,
});
export type TaskDetail = z.output<typeof taskDetail>;
