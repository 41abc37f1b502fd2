import { z } from 'zod';
import { limits } from '../limits.ts';
import { labelName } from '../records/attributes.ts';
import { isStorableText, name } from '../text.ts';
import { time } from '../time.ts';

/** Query parameters arrive as strings; a program may also hand in the number itself. */
export const wholeNumber = (min: number, max: number) => {
  const error = `is not a whole number from ${min} to ${max}`;
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value),
    z.int({ error }).min(min, { error }).max(max, { error }),
  );
};

/** Offsets beyond this cost as much as they skip; `next_cursor` goes as deep as the data. */
export const maxOffset = 10_000;

/** What every list takes. `limit` is 1–100; a cursor is the `next_cursor` of the page before and excludes an offset. */
export const pageQuery = {
  limit: wholeNumber(1, 100).default(20),
  offset: wholeNumber(0, maxOffset).default(0),
  cursor: z.string().min(1).max(2_000).optional(),
} as const;

/** The page part of every list's answer. `total` is given where counting is cheap. */
export const pageAnswer = {
  total: z.int().nonnegative().optional(),
  limit: z.int(),
  offset: z.int(),
  next_cursor: z.string().optional(),
} as const;

export const periodName = z.enum(['hour', 'day', 'week', 'month', 'all'], {
  error: 'is not one of hour, day, week, month, all',
});
export type PeriodName = z.output<typeof periodName>;

/** Rolling: the last 60 min, 24 h, 7 d, 30 d, or all, ending now. `from` and `to` override it. */
export const periodQuery = {
  period: periodName.default('all'),
  from: time.optional(),
  to: time.optional(),
} as const;

/** What may stand as a team: it becomes part of keys, rooms and labels. */
export const teamId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  error: 'is not 1–64 letters, digits, dots, dashes or underscores that start with a letter or digit',
});

/** An operator's key chooses the team with it; any other key may name only its own. */
export const teamQuery = { team_id: teamId.optional() } as const;

/** A piece of text to find, case-insensitively; `%` and `_` mean themselves. */
export const searchText = z.string().min(1).max(200).refine(isStorableText, {
  error: 'contains a NUL character or a lone surrogate',
});

export const filter = name.optional();
/**
 * Labels that must all be there. Each is a parameter of its own, `label.<name>=<value>`; a client hands in one object
 * by name. Only labels that the team allows (`GET /team`) can be asked for.
 */
export const labelFilters = z
  .record(labelName, name)
  .refine((labels) => Object.keys(labels).length <= limits.labels, { error: `are more than ${limits.labels} labels` })
  .optional();

export const direction = z.enum(['asc', 'desc'], { error: 'is not one of asc, desc' }).default('desc');

/** A time in an answer: UTC ISO 8601 with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });
