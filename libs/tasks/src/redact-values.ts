import { createRedactor } from '@telltale/sdk/capture/redactor';

const deepest = 32;

/** Takes keys of known shapes out of every text of a value. What is recorded of a task cannot be recalled later. */
export function createValueRedactor(): <T>(value: T) => T {
  const redactor = createRedactor({ secrets: [] });
  const walk = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return redactor.redact(value).text;
    if (typeof value !== 'object' || value === null || depth > deepest) return value;
    if (Array.isArray(value)) return value.map((item) => walk(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, depth + 1)]));
  };
  return <T>(value: T): T => walk(value, 0) as T;
}
