import { z } from 'zod';

const durationUnits: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 31_536_000_000,
};
const sizeUnits: Record<string, number> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

function parseUnit(value: string, units: Record<string, number>): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(value.trim());
  const factor = match?.[2] === undefined || !Object.hasOwn(units, match[2]) ? undefined : units[match[2]];
  return match?.[1] === undefined || factor === undefined ? null : Math.round(Number(match[1]) * factor);
}

/** `10m`, `250ms`, `30d` → milliseconds; null when it is no duration. */
export const parseDuration = (value: string): number | null => parseUnit(value, durationUnits);
/** `2GiB`, `5GB` → bytes; null when it is no size. */
export const parseSize = (value: string): number | null => parseUnit(value, sizeUnits);

const quantity = (parse: (value: string) => number | null, example: string) =>
  z.string().transform((value, context) => {
    const parsed = parse(value);
    if (parsed !== null) return parsed;
    context.addIssue({ code: 'custom', message: `${JSON.stringify(value)} is not one such as ${example}` });
    return z.NEVER;
  });

/** A duration variable or flag, in milliseconds once parsed. */
export const durationText = quantity(parseDuration, '10m, 30s, 250ms or 30d');
/** A size variable or flag, in bytes once parsed. */
export const sizeText = quantity(parseSize, '512MiB, 2GiB or 5GB');

export const portText = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'is not a port' })
  .transform(Number)
  .refine((port) => port <= 65_535, { error: 'is not a port (0–65535)' });

/** `true`/`false`, `1`/`0`, `yes`/`no`, `on`/`off`. */
export const booleanText = z.stringbool({ truthy: ['true', '1', 'yes', 'on'], falsy: ['false', '0', 'no', 'off'] });
