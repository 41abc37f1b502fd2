import { z } from 'zod';
import { limits } from './limits.ts';

/**
 * PostgreSQL refuses NUL in text and a lone surrogate in jsonb, and the driver turns a lone surrogate into U+FFFD
 * without a word; both are refused at the edge so that one bad string never costs its batch.
 */
export function isStorableText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\u0000');
}

const notStorable = 'contains a NUL character or a lone surrogate; send well-formed Unicode without \\u0000';

/** A string of at most `max` characters (UTF-16 units) that PostgreSQL can hold. */
export const text = (max: number) => z.string().max(max).refine(isStorableText, { error: notStorable });

/** A non-empty name or id of at most 200 characters. */
export const name = z.string().min(1).max(limits.idLength).refine(isStorableText, { error: notStorable });

export const errorMessage = text(limits.errorLength);
export const preview = text(limits.previewLength);

/** Whole, not negative, exact in a JSON number (at most 2^53 − 1). */
export const count = z.int().nonnegative();
/** Milliseconds; fractions are kept. */
export const milliseconds = z.number().nonnegative().max(1e15);
/** US dollars as a JSON number; the store keeps it as numeric. */
export const usd = z.number().nonnegative().max(1e12);
