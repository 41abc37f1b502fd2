import { TelltaleError, type FieldError } from '@telltale/contracts/errors';
import { plainWords } from '@telltale/contracts/plain-words';
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { labelParameter } from './query-string.ts';

const escapePointer = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');

/** A JSON pointer into the body, as a URI fragment: `#/records/3/model`. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  `#${path.map((part) => `/${escapePointer(part)}`).join('')}`;

const codeOf = (issue: z.core.$ZodIssue): string => (issue.code === 'custom' ? 'invalid_value' : issue.code);

/** How a parameter is called by whoever sends it: the members of `labels` are parameters of their own. */
function parameterAt(path: readonly PropertyKey[]): string {
  const [first, second] = path.map(String);
  return first === 'labels' && second !== undefined ? labelParameter(second) : path.map(String).join('.');
}

/** What is wrong, of parameters by name, of a body by pointer. */
function fieldErrors(issue: z.core.$ZodIssue, part: string, schema: z.ZodType, data: unknown): FieldError[] {
  const place = (path: readonly PropertyKey[]) =>
    part === 'body' ? { pointer: pointerTo(path) } : { parameter: parameterAt(path) };
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    const offered =
      part === 'querystring' ? known.map((key) => (key === 'labels' ? labelParameter('<name>') : key)) : known;
    const detail = `is not known here${offered.length === 0 ? '' : `; offered are ${offered.join(', ')}`}`;
    return issue.keys
      .flatMap((key) => membersOf(part, key, data))
      .map((path) => ({ ...place([...issue.path, ...path]), code: 'unknown', detail }));
  }
  const detail = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return [{ ...place(issue.path), code: codeOf(issue), detail }];
}

/** Labels where none are offered are named one by one. */
function membersOf(part: string, key: string, data: unknown): PropertyKey[][] {
  const labels: unknown = part === 'querystring' && key === 'labels' ? Reflect.get(Object(data), key) : null;
  return typeof labels === 'object' && labels !== null ? Object.keys(labels).map((name) => [key, name]) : [[key]];
}

/** One entry a field: the first thing that is wrong with it. */
function onePerField(errors: readonly FieldError[]): FieldError[] {
  const byField = new Map<string, FieldError>();
  for (const error of errors) {
    const field = error.pointer ?? error.parameter ?? '';
    if (!byField.has(field)) byField.set(field, error);
  }
  return [...byField.values()];
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A part of a schema, past the words that it may be left out. */
function partOf(schema: unknown, name: PropertyKey): unknown {
  if (!isObject(schema)) return undefined;
  const [shape, element, definition] = ['shape', 'element', 'def'].map((word): unknown => Reflect.get(schema, word));
  if (isObject(shape)) return Reflect.get(shape, name);
  if (element !== undefined) return element;
  return isObject(definition) ? partOf(Reflect.get(definition, 'innerType'), name) : undefined;
}

/** The fields that are taken at a place of what was sent. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const at = path.reduce(partOf, schema);
  if (!isObject(at)) return [];
  const [shape, definition] = ['shape', 'def'].map((word): unknown => Reflect.get(at, word));
  if (isObject(shape)) return Object.keys(shape);
  return isObject(definition) ? keysAt(Reflect.get(definition, 'innerType'), []) : [];
}

const sentence = ({ pointer, parameter, detail }: FieldError): string =>
  `${parameter ?? (pointer === '#' ? 'the body' : pointer)}: ${detail}`;

/** Checks a part of a request with its zod schema; what is wrong becomes one problem that names every field. */
export const compileValidator: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart = 'body' }) =>
  (data: unknown) => {
    const result = schema.safeParse(data, { error: plainWords });
    if (result.success) return { value: result.data };
    const errors = onePerField(result.error.issues.flatMap((issue) => fieldErrors(issue, httpPart, schema, data)));
    const detail = errors.slice(0, 5).map(sentence).join('; ');
    return { error: new TelltaleError('invalid_request', detail, { errors: errors.slice(0, 100) }) };
  };
