import { z } from 'zod';
import { attributes } from '../records/attributes.ts';
import { endReason } from '../records/run-event.ts';
import { taskStatus } from '../records/task-event.ts';
import { count, errorMessage, name } from '../text.ts';
import { crewId, taskLimits } from './crews.ts';
import { instant, teamQuery } from './query.ts';

/** One attempt of a task that a runner has taken. Its run has the lease's id, so that one lease is one run. */
export const taskLease = z.object({
  team_id: z.string(),
  task_id: z.string(),
  run_id: z.string(),
  attempt: z.int(),
  crew_id: z.string(),
  agent_id: z.string(),
  session_id: z.string().nullable(),
  inputs: z.record(z.string(), z.unknown()),
  repo_url: z.string().nullable(),
  limits: taskLimits,
  /** Somebody wants it cancelled. */
  cancel_requested_by: z.string().nullable(),
  /** Renewed before then, or it is taken back. */
  leased_until: instant,
});
export type TaskLease = z.output<typeof taskLease>;
export const leasesAnswer = z.object({ leases: z.array(taskLease) });

/** A runner with room asks for tasks. With `Prefer: wait=<seconds>` the answer waits for one. */
export const leaseTasksBody = z.strictObject({
  runner_id: name,
  host: name,
  /** How many more runs of each crew it has room for. */
  crews: z.array(z.strictObject({ crew_id: crewId, free: count.min(1).max(1_000) })).max(200),
  /** At most so many of all crews together. */
  free: count.min(1).max(100),
});
export type LeaseWish = z.output<typeof leaseTasksBody>;

/** A run that somebody starts by hand for a task that waits. Its id is made by who asks, so that asking twice is asking once. */
export const claimTaskBody = z.strictObject({ run_id: name, runner_id: name, host: name });

export const heldQuery = z.strictObject({ ...teamQuery, runner_id: name });

const held = z.strictObject({ task_id: name, run_id: name });
export const renewLeasesBody = z.strictObject({ runner_id: name, leases: z.array(held).max(1_000) });
/** `held`: go on. `cancel`: end the run, then the lease. `lost`: it is somebody else's or nobody's by now: end the run. */
export const leaseState = z.object({
  task_id: z.string(),
  run_id: z.string(),
  state: z.enum(['held', 'cancel', 'lost']),
  /** Who wants it cancelled. */
  actor: z.string().nullable(),
});
export type LeaseState = z.output<typeof leaseState>;
export const renewAnswer = z.object({ leases: z.array(leaseState) });

export const endLeaseBody = z.strictObject({
  runner_id: name,
  task_id: name,
  end_reason: endReason,
  /** The run was never begun: the task waits again, and this attempt does not count. */
  given_back: z.literal(true).optional(),
  exit_code: z.int().optional(),
  error_message: errorMessage.optional(),
  output: attributes.optional(),
});
export type LeaseEnd = z.output<typeof endLeaseBody>;
/** `taken` is false when the lease was not the runner's any more: then the end changed nothing. */
export const endLeaseAnswer = z.object({ taken: z.boolean(), status: taskStatus, attempt: z.int() });
export type LeaseEnded = z.output<typeof endLeaseAnswer>;
