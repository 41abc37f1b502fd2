import { z } from 'zod';
import { attributes } from '../records/attributes.ts';
import { artifact } from '../records/artifact.ts';
import { taskStatus } from '../records/task-event.ts';
import { count, errorMessage, name } from '../text.ts';
import { taskBudget } from './budgets.ts';
import { taskLimits } from './crews.ts';
import { instant } from './query.ts';

/** Nothing that a program could read as an option, a command or two lines. */
const repositoryForms = [
  /^(?:https?|ssh|git|file):\/\/(?!-)(?!.*@-)[^\s\p{Cc}]+$/u,
  /^\w[\w.-]*@[A-Za-z0-9][\w.-]*:(?!-)[^\s\p{Cc}]+$/u,
  /^\/[^\p{Cc}]*$/u,
];
export const repoUrl = z
  .string()
  .min(1)
  .max(2_000)
  .refine((value) => value.isWellFormed() && repositoryForms.some((form) => form.test(value)), {
    error: 'is no https, ssh, git or file URL, no user@host:path and no absolute path of a repository',
  });

/** `POST /api/v1/tasks`: work for a crew. With an `idempotency_key` the same request makes one task, however often it is sent. */
export const createTaskBody = z.strictObject({
  crew_id: name,
  inputs: attributes.default({}),
  repo_url: repoUrl.optional(),
  /** Of the task's and the crew's limits the narrower one holds. */
  limits: taskLimits.optional(),
  /** What all of its attempts together may spend. */
  budget: taskBudget.optional(),
  agent_id: name.optional(),
  session_id: name.optional(),
  idempotency_key: name.optional(),
  /** Higher goes first. */
  priority: count.max(9).default(0),
  /** Instead of the crew's. */
  max_attempts: count.min(1).max(10).optional(),
});
/** As it is once it was read. */
export type NewTask = z.output<typeof createTaskBody>;

/** A task as the registry knows it: the state that decides, not yet what was recorded about it. */
export const taskOrder = z.object({
  task_id: z.string(),
  crew_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  session_id: z.string().nullable(),
  status: taskStatus,
  attempt: z.int(),
  max_attempts: z.int(),
  priority: z.int(),
  inputs: z.record(z.string(), z.unknown()).nullable(),
  repo_url: z.string().nullable(),
  limits: taskLimits.nullable(),
  runner_id: z.string().nullable(),
  host: z.string().nullable(),
  run_id: z.string().nullable(),
  created_at: instant,
  started_at: instant.nullable(),
  ended_at: instant.nullable(),
  /** A further attempt is not made before. */
  next_attempt_at: instant.nullable(),
  cancel_requested_at: instant.nullable(),
  output: z.record(z.string(), z.unknown()).nullable(),
  error_message: z.string().nullable(),
});
export type TaskOrder = z.output<typeof taskOrder>;

type Status = z.output<typeof taskStatus>;
/** What may follow a status. A status that follows itself is no change. */
export const legalNext: Readonly<Record<Status, readonly Status[]>> = {
  PENDING: ['RUNNING', 'FAILED', 'CANCELLED'],
  RUNNING: ['COMPLETED', 'FAILED', 'CANCELLED'],
  COMPLETED: [],
  FAILED: ['PENDING'],
  CANCELLED: ['PENDING'],
};

export const putTaskStatusBody = z.strictObject({
  status: taskStatus,
  metadata: attributes.optional(),
  error_message: errorMessage.optional(),
  output: attributes.optional(),
});

/** With an `id` of the caller's an event that is sent twice is stored once. */
export const postTaskEventBody = z.strictObject({
  event_type: name.refine((word) => word !== 'status', { error: 'status is said by PUT …/status' }),
  data: attributes.optional(),
  metadata: attributes.optional(),
  id: z.uuid().optional(),
});
export const taskEventAnswer = z.object({
  id: z.string(),
  task_id: z.string(),
  event_type: z.string(),
  at: instant,
});

/** An artifact that lies where `uri` says. */
export const postTaskArtifactBody = z.strictObject({
  artifact_type: artifact.shape.artifact_type,
  uri: artifact.shape.uri,
  size_bytes: artifact.shape.size_bytes,
  sha256: artifact.shape.sha256,
  metadata: artifact.shape.metadata,
  id: z.uuid().optional(),
});
export const taskArtifactAnswer = z.object({
  id: z.string(),
  task_id: z.string(),
  artifact_type: z.string(),
  uri: z.string(),
  size_bytes: z.int(),
  at: instant,
});

/** Cancels every task that has not ended: all of the team, or those of a crew. */
export const cancelTasksBody = z
  .strictObject({ crew_id: name.optional(), all: z.literal(true).optional() })
  .refine(({ crew_id, all }) => (crew_id === undefined) !== (all === undefined), {
    error: 'name a crew_id, or say all: true',
    path: ['crew_id'],
  });
export const cancelTasksAnswer = z.object({ task_ids: z.array(z.string()) });
