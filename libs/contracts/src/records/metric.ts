import { z } from 'zod';
import { name } from '../text.ts';
import { time } from '../time.ts';
import { common } from './common.ts';

/** One OTLP data point, kept as such. */
export const metric = z.object({
  ...common,
  kind: z.literal('metric'),
  name,
  value: z.number(),
  unit: name.optional(),
  temporality: z.enum(['delta', 'cumulative']).optional(),
  /** Start of the interval that the value covers. */
  started_at: time.optional(),
});
