import { z } from 'zod';
import { limits } from '../limits.ts';
import { count, milliseconds, name, text } from '../text.ts';
import { common } from './common.ts';

export const agentStep = z.object({
  ...common,
  kind: z.literal('agent_step'),
  name,
  index: count.optional(),
  duration_ms: milliseconds.optional(),
  summary: text(limits.textLength).optional(),
});
