import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { judgeStatus, RunnerError } from './runner-error.ts';
import { aborted } from './with-retries.ts';

/** Of any fetch: which one made them is not ours to know. */
const isHeaders = (value: unknown): value is Pick<Headers, 'get'> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'get') === 'function';

const retryAfterOf = (headers: unknown): number | undefined => {
  if (!isHeaders(headers)) return undefined;
  const ms = headers.get('retry-after-ms');
  if (ms !== null && /^\d{1,9}$/.test(ms)) return Number(ms);
  const seconds = headers.get('retry-after');
  return seconds !== null && /^\d{1,9}$/.test(seconds) ? Number(seconds) * 1_000 : undefined;
};

/** What the official client failed with, in our words. `late`: our own time-out ended it; `left`: the caller did. */
export function llmFailure(
  error: unknown,
  what: { service: string; operation: string },
  { late, left }: { late: boolean; left: boolean },
): Error {
  if (error instanceof RunnerError) return error;
  const { service, operation } = what;
  if (left) return aborted(what, error);
  if (late || error instanceof APIConnectionTimeoutError) {
    const message = `${service}: ${operation} took longer than its time-out`;
    return new RunnerError(message, { code: 'TIMEOUT', service, operation, retryable: true, cause: error });
  }
  const words = error instanceof Error ? error.message : String(error);
  if (error instanceof APIError && typeof error.status === 'number') {
    return new RunnerError(`${service}: ${operation} was answered ${words.slice(0, 300)}`, {
      ...judgeStatus(error.status),
      service,
      operation,
      status: error.status,
      retryAfterMs: retryAfterOf(error.headers),
      cause: error,
    });
  }
  const notJson = error instanceof SyntaxError;
  if (notJson) {
    const message = `${service}: ${operation} was answered with what is not JSON: ${words.slice(0, 200)}`;
    return new RunnerError(message, { code: 'INVALID_RESPONSE', service, operation, retryable: false, cause: error });
  }
  const cause = error instanceof APIConnectionError ? (error.cause ?? error) : error;
  const why = cause instanceof Error ? cause.message : words;
  const message = `${service}: ${operation} failed: ${why}`;
  return new RunnerError(message, { code: 'CONNECTION', service, operation, retryable: true, cause: error });
}
