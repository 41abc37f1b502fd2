import { z } from 'zod';
import { limits } from '../limits.ts';
import { count, text } from '../text.ts';
import { common } from './common.ts';

export const logLevel = z.enum(['debug', 'info', 'warning', 'error']);
export const logSource = z.enum(['orchestrator', 'git', 'llm', 'system', 'stdout', 'stderr']);

export const logEntry = z.object({
  ...common,
  kind: z.literal('log_entry'),
  level: logLevel,
  message: text(limits.textLength),
  source: logSource,
  /** The line's number within its stream of the run, from 1. */
  line: count.optional(),
});
