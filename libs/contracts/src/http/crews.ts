import { z } from 'zod';
import { endReason } from '../records/run-event.ts';
import { count, name, text } from '../text.ts';
import { instant } from './query.ts';

/** What a crew is called in a runner's configuration; it becomes part of queue names. */
export const crewId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
  error: 'is not 1–100 letters, digits, dots, dashes or underscores that start with a letter or digit',
});

export const inputName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, {
  error: 'is not 1–64 letters, digits or underscores that start with a letter',
});

/** What one input of a crew may be. */
export const crewInput = z.strictObject({
  type: z.enum(['string', 'number', 'boolean', 'array', 'object', 'any']).default('any'),
  required: z.boolean().default(false),
  /** Characters of a string, or of another value's JSON text. */
  max_length: count.min(1).max(1_000_000).optional(),
  /** The only values that a string may have. */
  choices: z.array(text(1_000)).min(1).max(100).optional(),
  description: text(1_000).optional(),
});
export type CrewInput = z.output<typeof crewInput>;

const positive = z.number().positive().max(1e15);
/** What a run of a task may use at most; what is absent is not limited. */
export const taskLimits = z.strictObject({
  timeout_ms: positive.optional(),
  idle_timeout_ms: positive.optional(),
  max_cpu_seconds: positive.optional(),
  max_memory_bytes: positive.optional(),
  max_processes: count.min(1).optional(),
  max_output_bytes: positive.optional(),
  max_tokens: count.min(1).optional(),
  max_usd: positive.optional(),
  /** Tokens of calls while nothing comes of them. */
  max_idle_tokens: count.min(1).optional(),
});
export type TaskLimits = z.output<typeof taskLimits>;

export const crewWorkspace = z.enum(['empty', 'repository', 'folder']);

/** What a runner says of one of its crews: enough to judge a task before it is queued. The program itself stays there. */
export const crewAnnouncement = z.strictObject({
  crew_id: crewId,
  description: text(1_000).default(''),
  /** null: any inputs. */
  inputs: z.record(inputName, crewInput).nullable().default(null),
  /** Whose work it may be; empty: anybody's, the crew's own name when a task names nobody. */
  agents: z.array(name).max(100).default([]),
  /** The inputs that a task is told apart by, in this order. */
  input_summary: z.array(name).max(20).default([]),
  limits: taskLimits.default({}),
  max_attempts: count.min(1).max(10).default(1),
  /** Before the second attempt, in ms; doubles each time. */
  backoff_ms: count.max(86_400_000).default(5_000),
  /** Ends after which another attempt is made while there are some left. */
  retry_on: z.array(endReason).default(['failed', 'killed', 'lost']),
  /** Runs at a time on this runner. */
  concurrency: count.min(1).max(1_000).default(1),
  workspace: crewWorkspace.default('empty'),
});
export type CrewAnnouncement = z.output<typeof crewAnnouncement>;

/** A runner says that it lives and which crews it has. One that it does not name any more is gone from it. */
export const announceCrewsBody = z.strictObject({
  runner_id: name,
  host: name,
  /** Runs at a time, of all its crews. */
  slots: count.max(1_000),
  running: count.max(1_000_000).default(0),
  crews: z.array(crewAnnouncement).max(200),
});
export type RunnerAnnouncement = z.output<typeof announceCrewsBody>;

export const crewRow = crewAnnouncement.omit({ concurrency: true }).extend({
  runners: z.array(
    z.object({
      runner_id: z.string(),
      host: z.string(),
      slots: z.int(),
      running: z.int(),
      concurrency: z.int(),
      /** It was heard of a moment ago. */
      alive: z.boolean(),
      seen_at: instant,
    }),
  ),
});
export type CrewRow = z.output<typeof crewRow>;
export const crewsAnswer = z.object({ crews: z.array(crewRow) });
