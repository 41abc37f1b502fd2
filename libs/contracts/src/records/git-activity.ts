import { z } from 'zod';
import { limits } from '../limits.ts';
import { count, name, text } from '../text.ts';
import { common } from './common.ts';

/** One git operation. The same commit seen through trace2 and as text is one activity. */
export const gitActivity = z.object({
  ...common,
  kind: z.literal('git_activity'),
  /** branch_create, checkout, commit, merge, push, pull, rebase, reset, stash, tag, worktree, or another git verb. */
  operation: name,
  branch: text(1_000).optional(),
  sha: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/, { error: 'is not a git object id' })
    .optional(),
  message: text(limits.textLength).optional(),
  files_changed: count.optional(),
  insertions: count.optional(),
  deletions: count.optional(),
  success: z.boolean(),
  origin: z.enum(['trace2', 'refs', 'stdout', 'sdk']),
});
