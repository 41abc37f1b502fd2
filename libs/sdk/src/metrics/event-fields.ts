/** Events come from code that is not ours: every field is read as what it is, or not at all. */
export type EventFields = {
  text(name: string): string | undefined;
  /** What something is called: a text, or a number as one. */
  id(name: string): string | undefined;
  /** A whole number from 0. */
  count(name: string): number | undefined;
  /** Milliseconds from 0. */
  duration(name: string): number | undefined;
  value(name: string): unknown;
};

export function fieldsOf(event: unknown): EventFields {
  const value = (name: string): unknown => {
    try {
      return typeof event === 'object' && event !== null ? Reflect.get(event, name) : undefined;
    } catch {
      // A getter or a proxy of theirs that throws says nothing.
      return undefined;
    }
  };
  const number = (name: string): number | undefined => {
    const found = value(name);
    return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : undefined;
  };
  const fields: EventFields = {
    value,
    text(name) {
      const found = value(name);
      return typeof found === 'string' && found !== '' ? found : undefined;
    },
    id(name) {
      const found = value(name);
      const isNumber = typeof found === 'bigint' || (typeof found === 'number' && Number.isFinite(found));
      return isNumber ? String(found) : fields.text(name);
    },
    count(name) {
      const found = number(name);
      return found !== undefined && Number.isSafeInteger(found) ? found : undefined;
    },
    duration: number,
  };
  return fields;
}

/** Bytes of a value as JSON (of a text, its own); undefined when it has none. */
export function sizeOf(value: unknown): number | undefined {
  const json = asText(value);
  return json === undefined ? undefined : Buffer.byteLength(json);
}

/** A value as text for a preview. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value);
  } catch {
    // A cycle or a BigInt: it has no JSON, so that it has no size either.
    return undefined;
  }
}

function isError(value: unknown): boolean {
  try {
    return value instanceof Error;
  } catch {
    // A proxy that was revoked.
    return false;
  }
}

/** Why a tool's result is a failure; null when it is none. */
export function failureOf(result: unknown): string | null {
  const fields = fieldsOf(result);
  if (isError(result)) return fields.text('message') ?? fields.text('name') ?? 'Unknown error';
  const error = fields.value('error');
  const failed = Boolean(error) || fields.text('status') === 'error';
  if (!failed) return null;
  return fields.text('error') ?? fieldsOf(error).text('message') ?? fields.text('message') ?? 'Unknown error';
}
