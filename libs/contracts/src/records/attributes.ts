import { z } from 'zod';
import { limits } from '../limits.ts';
import { isStorableText } from '../text.ts';

/** Names that would reach a prototype if a careless reader copied them key by key. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Why a value cannot be stored as open attributes, or null when it can. Walks with an explicit stack: depth is hostile. */
function problemOf(root: Record<string, unknown>): string | null {
  const stack: { value: unknown; depth: number }[] = [{ value: root, depth: 1 }];
  let keys = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string' && !isStorableText(value)) return 'holds a NUL character or a lone surrogate';
    if (typeof value === 'number' && !Number.isFinite(value)) return 'holds a number that is not finite';
    if (typeof value !== 'object' || value === null) continue;
    if (depth > limits.attributeDepth) return `is nested deeper than ${limits.attributeDepth} levels`;
    for (const key of Object.keys(value)) {
      if (++keys > limits.attributes) return `has more than ${limits.attributes} keys`;
      if (forbiddenKeys.has(key)) return `has a key named ${key}, which is refused`;
      if (!isStorableText(key)) return 'has a key with a NUL character or a lone surrogate';
      stack.push({ value: Reflect.get(value, key), depth: depth + 1 });
    }
  }
  return null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Open, bounded JSON: at most 256 keys in all and 32 levels. Kept as sent. */
export const attributes = z
  .custom<Record<string, unknown>>(isObject, { error: 'expected an object', abort: true })
  .superRefine((value, context) => {
    const problem = problemOf(value);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

const labelValue = z.string().max(limits.idLength).refine(isStorableText, { error: 'holds a NUL or a lone surrogate' });
/** A label's name, such as `env`. */
export const labelName = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, {
  error: 'label names start with a letter and hold letters, digits, _ . - (at most 64)',
});

/** At most 8 pairs; the team's allow-list decides which of them become rollup dimensions. */
export const labels = z.record(labelName, labelValue).refine((value) => Object.keys(value).length <= limits.labels, {
  error: `more than ${limits.labels} labels`,
});
