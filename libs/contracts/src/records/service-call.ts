import { z } from 'zod';
import { count, errorMessage, milliseconds, name } from '../text.ts';
import { common } from './common.ts';

/** A call to a service around the agent. Its tokens and model never enter token or cost totals. */
export const serviceCall = z.object({
  ...common,
  kind: z.literal('service_call'),
  service_name: name,
  operation: name,
  duration_ms: milliseconds,
  success: z.boolean(),
  error_message: errorMessage.optional(),
  category: z.enum(['llm', 'external']).optional(),
  tokens_used: count.optional(),
  model: name.optional(),
  request_id: name.optional(),
});
