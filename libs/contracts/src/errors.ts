import { z } from 'zod';

/**
 * Every error the product answers with: its HTTP status and its fixed title. docs/errors.md says cause and remedy of
 * each, and a test compares both lists.
 */
export const errorCatalog = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_json: { status: 400, title: 'The body is not JSON' },
  invalid_records: { status: 400, title: 'No record of the batch could be taken' },
  unsupported_filter: { status: 400, title: 'No rollup answers this combination of filters' },
  invalid_cursor: { status: 400, title: 'The cursor is not one of this query' },
  unauthenticated: { status: 401, title: 'A valid key is needed' },
  budget_exceeded: { status: 402, title: 'The budget is spent' },
  forbidden: { status: 403, title: 'This is not allowed' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'The method is not offered here' },
  conflict: { status: 409, title: 'The request contradicts what is stored' },
  seq_reused: { status: 409, title: 'The sequence number was used for other records' },
  seq_settled: { status: 409, title: 'The sequence number is settled already' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  artifact_quota_exceeded: { status: 413, title: "The team's space for artifacts is used up" },
  unsupported_media_type: { status: 415, title: 'The content type is not understood' },
  range_not_satisfiable: { status: 416, title: 'The content ends before this range' },
  unknown_crew: { status: 422, title: 'No runner has announced this crew' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'The server failed' },
  SLOT_TIMEOUT: { status: 503, title: 'No slot of the repository became free in time' },
  unavailable: { status: 503, title: 'A needed part is not available' },
} as const;

export type ErrorCode = keyof typeof errorCatalog;
export const errorCodes = Object.keys(errorCatalog) as ErrorCode[];

/** One field that is wrong, by JSON pointer into the body or by the name of a parameter. */
export const fieldError = z.object({
  pointer: z.string().optional(),
  parameter: z.string().optional(),
  code: z.string(),
  detail: z.string(),
});
export type FieldError = z.output<typeof fieldError>;

/** RFC 9457, as `application/problem+json` and as the error of a live acknowledgement. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]),
  errors: z.array(fieldError).optional(),
});
export type Problem = z.output<typeof problem>;

/** A refusal that a transport's one mapper turns into its own form. `detail` is safe to show; `cause` never leaves. */
export class TelltaleError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[];
  /** Seconds after which a retry makes sense, for 429 and 503. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    options: { errors?: readonly FieldError[]; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'TelltaleError';
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfter = options.retryAfter;
  }
}

/** The problem document of an error; `type` is a stable name, not a page. */
export function toProblem(error: TelltaleError): Problem {
  const { status, title } = errorCatalog[error.code];
  const errors = error.errors.length > 0 ? { errors: [...error.errors] } : {};
  return {
    type: `urn:telltale:error:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    ...errors,
  };
}
