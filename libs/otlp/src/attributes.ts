/** A value of OTLP as we hold it: maps have no prototype, so that no key of a sender can reach one. */
export type Value = string | number | boolean | null | readonly Value[] | Attributes;
export type Attributes = { readonly [key: string]: Value | undefined };

/** An empty map that keys may be set on, `__proto__` among them. */
export const newAttributes = (): Record<string, Value | undefined> =>
  Object.create(null) as Record<string, Value | undefined>;

export const isMap = (value: Value | undefined): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nonEmpty = (value: Value | undefined): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

/** The first of `keys` that holds text (numbers and booleans are text, too; an empty string is nothing). */
export function textOf(attributes: Attributes, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = nonEmpty(attributes[key]);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The first of `keys` that holds a finite number; clients send numbers as strings as well. */
export function numberOf(attributes: Attributes, ...keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const value = attributes[key];
    const number = typeof value === 'string' && /^-?\d{1,20}(?:\.\d{1,20})?$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return undefined;
}

/** A yes or no, also as the words of clients that send all as strings. */
export function booleanOf(attributes: Attributes, key: string): boolean | undefined {
  const value = attributes[key];
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

/** The first text of a list, or the text itself: finish reasons come both ways. */
export function firstTextOf(attributes: Attributes, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = attributes[key];
    const text = nonEmpty(Array.isArray(value) ? (value as readonly Value[])[0] : value);
    if (text !== undefined) return text;
  }
  return undefined;
}
