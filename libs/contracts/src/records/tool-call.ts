import { z } from 'zod';
import { count, errorMessage, milliseconds, name, preview } from '../text.ts';
import { common } from './common.ts';

export const toolCall = z.object({
  ...common,
  kind: z.literal('tool_call'),
  tool_name: name,
  tool_call_id: name.optional(),
  duration_ms: milliseconds.optional(),
  success: z.boolean(),
  error_message: errorMessage.optional(),
  input_size_bytes: count.optional(),
  output_size_bytes: count.optional(),
  /** At most 2,000 characters, redacted at the source. */
  input_preview: preview.optional(),
  output_preview: preview.optional(),
});
