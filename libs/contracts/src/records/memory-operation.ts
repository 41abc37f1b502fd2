import { z } from 'zod';
import { count, name } from '../text.ts';
import { common } from './common.ts';

export const memoryOperation = z.object({
  ...common,
  kind: z.literal('memory_operation'),
  operation: z.enum(['store', 'recall', 'delete']),
  memory_id: name.optional(),
  size_bytes: count.optional(),
  /** Of a recall: whether something was found. */
  hit: z.boolean().optional(),
});
