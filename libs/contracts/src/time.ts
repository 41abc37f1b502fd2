import { z } from 'zod';

const pattern = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const canonical = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
/** Our own form on a day that every reader knows; nearly all times are such. */
const plain =
  /^(?:19[7-9]\d|20\d\d|210[0-5])-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(2106, 0, 1);

/** `Date.parse` reads February 30th as March 2nd, PostgreSQL refuses it. */
function dayExists(value: string): boolean {
  const day = Number(value.slice(8, 10));
  return day <= 28 || day <= new Date(Date.UTC(Number(value.slice(0, 4)), Number(value.slice(5, 7)), 0)).getUTCDate();
}

/** RFC 3339 with any fraction and offset → UTC with milliseconds; null when it is no such time or out of 1970–2105. */
export function canonicalTime(value: string): string | null {
  if (plain.test(value)) return value;
  if (!pattern.test(value)) return null;
  const ms = Date.parse(value);
  if (!(ms >= earliest && ms < latest) || !dayExists(value)) return null;
  return canonical.test(value) ? value : new Date(ms).toISOString();
}

/** UTC ISO 8601 with milliseconds after parsing; other offsets and fractions are accepted and converted. */
export const time = z
  .string()
  .refine((value) => canonicalTime(value) !== null, {
    error: 'is not an RFC 3339 time between 1970 and 2105, such as 2026-01-31T12:00:00.000Z',
  })
  .overwrite((value) => canonicalTime(value) ?? value);
