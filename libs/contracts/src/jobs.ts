import { z } from 'zod';
import { name } from './text.ts';

/** A job is declared once; producer and handler take their types from here, and no other job exists. */
export type JobDeclaration<P extends z.ZodType = z.ZodType> = {
  queue: string;
  payload: P;
  attempts: number;
  /** First wait before a retry, in ms; doubles each time. */
  backoffMs: number;
};

const declare = <P extends z.ZodType>(declaration: JobDeclaration<P>): JobDeclaration<P> => declaration;

export const jobs = {
  /** Folds committed batches of every team into the rollups; woken by the collector and by a scheduler. */
  fold: declare({ queue: 'fold', payload: z.object({}), attempts: 1, backoffMs: 0 }),
  /** Makes the partitions of yesterday to a week ahead. */
  partitions: declare({ queue: 'maintenance', payload: z.object({}), attempts: 3, backoffMs: 5_000 }),
  /** Removes what was kept long enough, and gives what lies in default partitions a day of its own. */
  retention: declare({ queue: 'maintenance', payload: z.object({}), attempts: 1, backoffMs: 0 }),
  /** Ends runs of which nothing was heard for long as lost. */
  lost_runs: declare({ queue: 'maintenance', payload: z.object({}), attempts: 1, backoffMs: 0 }),
  /**
   * Compares the last hour's rollups with a recomputation from raw records, removes minutes kept long enough and puts the
   * rows of past days in order.
   */
  check_rollups: declare({ queue: 'maintenance', payload: z.object({}), attempts: 1, backoffMs: 0 }),
  /** Prices stored calls anew, as a row of `reprice_request` says; what is left open is asked for again. */
  reprice: declare({
    queue: 'reprice',
    payload: z.object({ team_id: name, reprice_id: z.uuid() }),
    attempts: 1,
    backoffMs: 0,
  }),
  /** Makes the rollups of a range anew, as a row of `repair_request` says; what is left open is asked for again. */
  repair: declare({
    queue: 'repair',
    payload: z.object({ team_id: name, repair_id: z.uuid() }),
    attempts: 1,
    backoffMs: 0,
  }),
  /** One attempt of a task that waits for a runner; a crew of a team has a queue of its own, and the store has the last word. */
  task: declare({
    queue: 'tasks',
    payload: z.object({ team_id: name, task_id: name, attempt: z.int().min(1) }),
    attempts: 1,
    backoffMs: 0,
  }),
  /** Runs the bundled sample crew once, for a team. */
  sample_crew: declare({ queue: 'sample-crew', payload: z.object({ team_id: name }), attempts: 1, backoffMs: 0 }),
} as const;

export type JobName = keyof typeof jobs;
export type JobPayload<N extends JobName> = z.output<(typeof jobs)[N]['payload']>;
