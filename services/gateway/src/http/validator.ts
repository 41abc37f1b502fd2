import { TelltaleError, type FieldError } from '@telltale/contracts/errors';
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';

const escapePointer = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');

/** A JSON pointer into the body, as a URI fragment: `#/records/3/model`. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  `#${path.map((part) => `/${escapePointer(part)}`).join('')}`;

const codeOf = (issue: z.core.$ZodIssue): string => (issue.code === 'custom' ? 'invalid_value' : issue.code);

/** One entry per wrong field; of parameters by name, of a body by pointer. */
function fieldErrors(issue: z.core.$ZodIssue, part: string, known: readonly string[]): FieldError[] {
  const place = (path: readonly PropertyKey[]) =>
    part === 'body' ? { pointer: pointerTo(path) } : { parameter: path.map(String).join('.') };
  if (issue.code === 'unrecognized_keys') {
    const detail = `is not known here; offered are ${known.join(', ')}`;
    return issue.keys.map((key) => ({ ...place([...issue.path, key]), code: 'unknown', detail }));
  }
  return [{ ...place(issue.path), code: codeOf(issue), detail: issue.message }];
}

const shapeKeys = (schema: z.ZodType): string[] => {
  const shape: unknown = Reflect.get(schema, 'shape');
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
};

const sentence = ({ pointer, parameter, detail }: FieldError): string =>
  `${parameter ?? (pointer === '#' ? 'the body' : pointer)}: ${detail}`;

/** Checks a part of a request with its zod schema; what is wrong becomes one problem that names every field. */
export const compileValidator: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart = 'body' }) =>
  (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    const errors = result.error.issues.flatMap((issue) => fieldErrors(issue, httpPart, shapeKeys(schema)));
    const detail = errors.slice(0, 5).map(sentence).join('; ');
    return { error: new TelltaleError('invalid_request', detail, { errors: errors.slice(0, 100) }) };
  };
