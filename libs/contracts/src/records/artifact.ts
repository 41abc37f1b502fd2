import { z } from 'zod';
import { count, name, text } from '../text.ts';
import { attributes } from './attributes.ts';
import { common } from './common.ts';

export const artifact = z.object({
  ...common,
  kind: z.literal('artifact'),
  /** diff, log, test_result, usage_report, or any word. */
  artifact_type: name,
  uri: text(2_000),
  size_bytes: count,
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'is not 64 lower-case hexadecimal digits' })
    .optional(),
  metadata: attributes.optional(),
});
