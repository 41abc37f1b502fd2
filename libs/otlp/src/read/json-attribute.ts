import { textOf, type Attributes } from '../attributes.ts';

/** An attribute that holds JSON text of an object; an empty one when it holds anything else. */
export function jsonAttribute(attributes: Attributes, ...keys: readonly string[]): Readonly<Record<string, unknown>> {
  const text = textOf(attributes, ...keys);
  if (text === undefined || text.length > 64 * 1024) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}
