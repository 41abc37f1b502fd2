import { newAttributes, type Attributes, type Value } from '../attributes.ts';
import { MalformedBody, realId, type Group } from '../signals.ts';
import { deepestMessage } from './proto-reader.ts';

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a list; what is absent or null is an empty one, anything else is malformed. */
export function listOf(holder: Json, name: string): Json[] {
  const list = holder[name];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw new MalformedBody(`${name} is not a list`);
  return list.map((item: unknown) => {
    if (!isObject(item)) throw new MalformedBody(`${name} holds something that is not an object`);
    return item;
  });
}

export function objectOf(holder: Json, name: string): Json {
  const value = holder[name];
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw new MalformedBody(`${name} is not an object`);
  return value;
}

export const stringOf = (holder: Json, name: string): string => {
  const value = holder[name];
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new MalformedBody(`${name} is not a string`);
  return value;
};

/** A number, also as the decimal string that 64-bit ones travel in; absent is 0. */
export function numberOf(holder: Json, name: string): number {
  const value = holder[name];
  if (value === undefined || value === null) return 0;
  const words: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Infinity, '-Infinity': -Infinity };
  const number =
    typeof value === 'string' ? (words[value] ?? (value.trim() === '' ? Number.NaN : Number(value))) : value;
  if (typeof number !== 'number') throw new MalformedBody(`${name} is not a number`);
  if (Number.isNaN(number) && value !== 'NaN') throw new MalformedBody(`${name} is not a number`);
  return number;
}

/** An enum: its number, or the end of its name (`SPAN_KIND_CLIENT`), which the specification forbids and clients send. */
export function enumOf(holder: Json, name: string, words: Readonly<Record<string, number>>): number {
  const value = holder[name];
  if (typeof value === 'string' && Object.hasOwn(words, value)) return words[value] ?? 0;
  return numberOf(holder, name);
}

/** Nanoseconds since 1970, as a decimal string or a number, as epoch ms with a fraction of microseconds. */
export function nanosecondsOf(holder: Json, name: string): number {
  const value = holder[name];
  if (value === undefined || value === null || value === '') return 0;
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return Number(BigInt(value) / 1_000n) / 1_000;
  if (typeof value === 'number' && value >= 0) return value / 1e6;
  throw new MalformedBody(`${name} is not a time in nanoseconds`);
}

/** A trace or span id as lower-case hex; empty when it is none of that length. */
export function hexOf(holder: Json, name: string, length: number): string {
  const value = stringOf(holder, name).toLowerCase();
  return value.length === length && /^[0-9a-f]+$/.test(value) ? realId(value) : '';
}

/** `AnyValue`; `{}` is null. */
export function valueOf(input: unknown, depth = 0): Value {
  if (input === undefined || input === null) return null;
  if (!isObject(input)) throw new MalformedBody('a value is not an object');
  if (depth > deepestMessage) throw new MalformedBody(`a value is nested deeper than ${deepestMessage} levels`);
  if (input['stringValue'] !== undefined) return stringOf(input, 'stringValue');
  if (input['boolValue'] !== undefined) return input['boolValue'] === true;
  if (input['intValue'] !== undefined) return numberOf(input, 'intValue');
  if (input['doubleValue'] !== undefined) return numberOf(input, 'doubleValue');
  if (input['bytesValue'] !== undefined) return stringOf(input, 'bytesValue');
  if (input['arrayValue'] !== undefined) {
    const { values } = objectOf(input, 'arrayValue');
    return Array.isArray(values) ? values.map((value: unknown) => valueOf(value, depth + 1)) : [];
  }
  if (input['kvlistValue'] !== undefined) return attributesOf(objectOf(input, 'kvlistValue'), 'values', depth + 1);
  return null;
}

/** A list of `KeyValue`; the last of equal keys wins. */
export function attributesOf(holder: Json, name: string, depth = 0): Attributes {
  const map = newAttributes();
  for (const pair of listOf(holder, name)) map[stringOf(pair, 'key')] = valueOf(pair['value'], depth);
  return map;
}

/** The body of a request: JSON text of an object. Throws MalformedBody. */
export function parseBody(body: Buffer): Json {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new MalformedBody(`the body is not JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}`);
  }
  if (!isObject(parsed)) throw new MalformedBody('the body is not a JSON object');
  return parsed;
}

/** What all three signals have in common: resource, scope, items. */
export function groupsOf<Item>(
  request: Json,
  names: { resources: string; scopes: string; items: string },
  itemsOf: (item: Json) => readonly Item[],
): Group<Item>[] {
  return listOf(request, names.resources).flatMap((group) => {
    const resource = attributesOf(objectOf(group, 'resource'), 'attributes');
    return listOf(group, names.scopes).map((scoped) => {
      const scope = objectOf(scoped, 'scope');
      const source = { resource, scope: stringOf(scope, 'name'), scopeVersion: stringOf(scope, 'version') };
      return { source, items: listOf(scoped, names.items).flatMap(itemsOf) };
    });
  });
}
