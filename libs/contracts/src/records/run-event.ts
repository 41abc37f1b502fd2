import { z } from 'zod';
import { limits } from '../limits.ts';
import { count, name, text } from '../text.ts';
import { attributes } from './attributes.ts';
import { common } from './common.ts';

export const endReason = z.enum([
  'completed',
  'failed',
  'timeout',
  'idle',
  'cpu',
  'memory',
  'processes',
  'output',
  'tokens',
  'budget',
  'cancelled',
  'killed',
  'lost',
  // Of a process that was only watched: nobody could see how it ended.
  'unknown',
]);

/** A step in the life of a run, from its start to its end. */
export const runEvent = z.object({
  ...common,
  kind: z.literal('run_event'),
  event: z.enum(['started', 'attached', 'limit', 'step', 'paused', 'resumed', 'progress', 'ended']),
  pid: count.optional(),
  /** The argv, redacted, joined for reading. */
  command: text(limits.errorLength).optional(),
  /** 32 bits, signed: what wait(2) and PostgreSQL's integer hold. */
  exit_code: z.int32().optional(),
  signal: name.optional(),
  /** On `ended`, one of the end reasons of design section 7; on other events, why. */
  reason: name.optional(),
  limit: name.optional(),
  value: z.number().optional(),
  cap: z.number().optional(),
  /** Of the ladder: warn, tell, hand_back, handed_back, term, kill. */
  step: name.optional(),
  /** Who asked for it. */
  actor: name.optional(),
  evidence: attributes.optional(),
});
