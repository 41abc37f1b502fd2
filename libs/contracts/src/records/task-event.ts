import { z } from 'zod';
import { count, errorMessage, name } from '../text.ts';
import { attributes } from './attributes.ts';
import { common } from './common.ts';

export const taskStatus = z.enum(['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED']);

/** Something that happened to a task; `status` events move its state. */
export const taskEvent = z.object({
  ...common,
  kind: z.literal('task_event'),
  /** `status`, or any word of the caller's. */
  event_type: name,
  attempt: count.optional(),
  status: taskStatus.optional(),
  inputs: attributes.optional(),
  output: attributes.optional(),
  error_message: errorMessage.optional(),
  data: attributes.optional(),
  metadata: attributes.optional(),
});
