import { recordSchemas, type RecordKind, type TelemetryRecord } from '@telltale/contracts/records/record';
import type { z } from 'zod';

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** PostgreSQL holds neither NUL nor half a surrogate pair; both become U+FFFD. */
const storable = (value: string): string => value.toWellFormed().replaceAll('\u0000', '\uFFFD');

function storableDeep(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return storable(value);
  if (depth > 40 || !isObject(value)) return value;
  if (Array.isArray(value)) return value.map((item) => storableDeep(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [storable(key), storableDeep(item, depth + 1)]));
}

/** Cuts a text at the length its schema allows; anything else too big stays as it is. */
function shorten(record: Json, issue: z.core.$ZodIssue): void {
  if (issue.code !== 'too_big' || issue.origin !== 'string') return;
  let holder: unknown = record;
  for (const part of issue.path.slice(0, -1)) holder = isObject(holder) ? Reflect.get(holder, part) : undefined;
  const last = issue.path.at(-1);
  if (!isObject(holder) || last === undefined) return;
  const text: unknown = Reflect.get(holder, last);
  if (typeof text === 'string') Reflect.set(holder, last, storable(text.slice(0, Number(issue.maximum))));
}

export type Repaired = { ok: true; record: TelemetryRecord } | { ok: false; problem: string };

/**
 * A record that its schema accepts, or why there is none. Text that the store could not hold is mended and text that
 * is too long is cut, because an agent's output is not the caller's to choose; every other fault is the caller's.
 */
export function repairRecord(kind: RecordKind, input: Json): Repaired {
  const schema = recordSchemas[kind];
  const first = schema.safeParse(input);
  if (first.success) return { ok: true, record: first.data };
  const mended = storableDeep(input, 0) as Json;
  for (const issue of first.error.issues) shorten(mended, issue);
  const second = schema.safeParse(mended);
  if (second.success) return { ok: true, record: second.data };
  const [issue] = second.error.issues;
  return { ok: false, problem: `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'is not valid'}` };
}
