import { z } from 'zod';
import { endReason } from '../records/run-event.ts';
import { sums } from '../sums.ts';
import { lifecycle } from './agents.ts';
import { filter, instant, pageAnswer, pageQuery, periodQuery, teamQuery } from './query.ts';

export const runStatus = z.enum(['running', 'ended']);

/** One execution of an agent process. What is not known is null. */
export const runRow = z.object({
  run_id: z.string(),
  agent_id: z.string(),
  /** All agents that reported under this run. */
  agent_ids: z.array(z.string()),
  session_id: z.string().nullable(),
  task_id: z.string().nullable(),
  host: z.string().nullable(),
  pid: z.int().nullable(),
  command: z.string().nullable(),
  status: runStatus,
  lifecycle,
  end_reason: endReason.nullable(),
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  started_at: instant,
  ended_at: instant.nullable(),
  /** Until now while it runs. */
  duration_ms: z.number(),
  peak_cpu_percent: z.number().nullable(),
  peak_processes: z.int().nullable(),
  /** Which standard streams were read: `captured`, `not captured` (a terminal was passed through), or not known. */
  output_capture: z.string().nullable(),
  ...sums,
});
export type RunRow = z.output<typeof runRow>;

export const runsQuery = z.strictObject({
  ...teamQuery,
  ...pageQuery,
  ...periodQuery,
  /** Whoever waits for a run to be stored asks for a list of it: one that is not there yet is no error. */
  run_id: filter,
  agent_id: filter,
  session_id: filter,
  task_id: filter,
  status: runStatus.optional(),
});
export const runsAnswer = z.object({ runs: z.array(runRow), ...pageAnswer });
export type RunsAnswer = z.output<typeof runsAnswer>;
