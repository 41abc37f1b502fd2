import { z } from 'zod';
import { time } from '../time.ts';
import { instant } from './query.ts';

const mostDays = 366;

export const repairBody = z
  .strictObject({
    from: time,
    to: time,
  })
  .refine(({ from, to }) => from < to, { error: 'is not after from', path: ['to'] })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= mostDays * 86_400_000, {
    error: `is more than ${mostDays} days after from; repair a part at a time`,
    path: ['to'],
  });

/** How far the making anew of a range's rollups is. */
export const repairJob = z.object({
  id: z.string(),
  team_id: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  from: instant,
  to: instant,
  /** Up to where rollups were made anew; null before the first day is. */
  repaired_to: instant.nullable(),
  /** Rollup rows that were not what the records say, in what was looked at so far. */
  differing: z.int(),
  error: z.string().nullable(),
  requested_at: instant,
  ended_at: instant.nullable(),
});
export type RepairJob = z.output<typeof repairJob>;
