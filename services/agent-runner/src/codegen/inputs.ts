import { z } from 'zod';

/** The file that the runner writes for a task: who it is for, and its inputs. */
export const taskFile = z.object({
  task_id: z.string(),
  run_id: z.string(),
  agent_id: z.string(),
  session_id: z.string().nullable(),
  inputs: z.object({
    /** What to change. */
    prompt: z.string().min(1),
    model: z.string().min(1).optional(),
    commit_message: z.string().min(1).optional(),
  }),
});
export type TaskFile = z.output<typeof taskFile>;
