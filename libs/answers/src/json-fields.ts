export type Json = Record<string, unknown>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object under `name`, or an empty one: agents change their lines, and a missing part is no error. */
export function objectOf(value: Json, name: string): Json {
  const field = value[name];
  return isJson(field) ? field : {};
}

export function textOf(value: Json, name: string): string | undefined {
  const field = value[name];
  return typeof field === 'string' && field !== '' ? field : undefined;
}

/** A whole number that is not negative; anything else is not known. */
export function countOf(value: Json, name: string): number | undefined {
  const field = value[name];
  return typeof field === 'number' && Number.isSafeInteger(field) && field >= 0 ? field : undefined;
}

export const listOf = (value: Json, name: string): Json[] => {
  const field = value[name];
  return Array.isArray(field) ? field.filter(isJson) : [];
};

/** The object without the fields that are not known. */
export function known<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value;
  return kept as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** An id or short name as records hold it. */
export const shortText = (value: string | undefined): string | undefined => value?.slice(0, 200).toWellFormed();

/** The head of a value as text, for a preview. */
export function previewOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Four times what is kept, so that a secret that begins before the limit is still seen whole.
  return text.slice(0, 8_000).toWellFormed();
}

export function sizeOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
}
