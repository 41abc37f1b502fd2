import { TelltaleError, type FieldError } from '@telltale/contracts/errors';
import { plainWords } from '@telltale/contracts/plain-words';
import type { z } from 'zod';
import { pointerTo } from '../http/validator.ts';

const toErrors = (issue: z.core.$ZodIssue): FieldError[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointerTo([key]), code: 'unknown', detail: 'is not known here' }));
  }
  const code = issue.code === 'custom' ? 'invalid_value' : issue.code;
  return [{ pointer: pointerTo(issue.path), code, detail: issue.message }];
};

/** A message of a client, checked; throws `invalid_request` that names each wrong field by its JSON pointer. */
export function parsePayload<S extends z.ZodType>(schema: S, payload: unknown): z.output<S> {
  const result = schema.safeParse(payload, { error: plainWords });
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap(toErrors);
  const detail = errors
    .slice(0, 5)
    .map(({ pointer, detail }) => `${pointer === '#' ? 'the message' : pointer}: ${detail}`)
    .join('; ');
  throw new TelltaleError('invalid_request', detail, { errors: errors.slice(0, 100) });
}
