import { z } from 'zod';
import { limits } from '../limits.ts';
import { labelName } from '../records/attributes.ts';
import { timeZone } from './metrics-detail.ts';
import { instant } from './query.ts';

/** What a team has set about itself. */
export const teamSettings = z.object({
  team_id: z.string(),
  name: z.string(),
  /** Labels that totals can be filtered by with `label.<name>`. All others stay on single records only. */
  label_names: z.array(z.string()),
  /** IANA name: where the hours, days and months of its budgets begin. */
  time_zone: z.string(),
  /** null: nobody has made it yet; it exists by what it sent. */
  created_at: instant.nullable(),
  /** Whether somebody made it, it has a key, or something was stored for it. An operator may ask about any name. */
  known: z.boolean(),
});
export type TeamSettings = z.output<typeof teamSettings>;

const unique = (names: readonly string[]): boolean => new Set(names).size === names.length;

/**
 * What is left out stays as it is. `label_names` replaces the list: the last two hours follow by themselves; `POST /repair` makes the totals of an earlier time anew
 * by it, as long as its records are kept.
 */
export const setTeamBody = z
  .strictObject({
    label_names: z
      .array(labelName)
      .max(limits.labels, { error: `has more than ${limits.labels} names` })
      .refine(unique, { error: 'has a name twice' })
      .optional(),
    time_zone: timeZone.optional(),
  })
  .refine(({ label_names, time_zone }) => label_names !== undefined || time_zone !== undefined, {
    error: 'say label_names, time_zone or both',
    path: ['label_names'],
  });
export type SetTeamBody = z.input<typeof setTeamBody>;
