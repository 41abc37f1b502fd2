import type { Problem } from '@telltale/contracts/errors';

/**
 * Why a call to a service around a run failed. `TIMEOUT`: no whole answer in time; `CONNECTION`: none at all, or it
 * broke off; `RATE_LIMITED`: 429; `SERVER_ERROR`: 5xx; `REFUSED`: any other status; `INVALID_RESPONSE`: an answer that is
 * not what it should be; `UNSAFE_PATH`: a file outside the workspace; `SLOT_TIMEOUT`: the wait for a slot was over;
 * `ABORTED`: the caller gave up.
 */
export const runnerErrorCodes = [
  'TIMEOUT',
  'CONNECTION',
  'RATE_LIMITED',
  'SERVER_ERROR',
  'REFUSED',
  'INVALID_RESPONSE',
  'UNSAFE_PATH',
  'SLOT_TIMEOUT',
  'ABORTED',
] as const;
export type RunnerErrorCode = (typeof runnerErrorCodes)[number];

export type RunnerErrorFacts = {
  code: RunnerErrorCode;
  service: string;
  operation: string;
  status?: number | undefined;
  /** How often it was tried. */
  attempts?: number;
  /** Trying again later may help. Those that are were tried as often as a client does. */
  retryable: boolean;
  cause?: unknown;
  /** What the service said, when it said it in problem+json. */
  problem?: Problem | undefined;
  /** What the service asked to wait, in ms. */
  retryAfterMs?: number | undefined;
};

/** The one error of the clients. */
export class RunnerError extends Error {
  readonly code: RunnerErrorCode;
  readonly service: string;
  readonly operation: string;
  readonly status: number | undefined;
  readonly attempts: number;
  readonly retryable: boolean;
  readonly problem: Problem | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, facts: RunnerErrorFacts) {
    super(message, { cause: facts.cause });
    this.name = 'RunnerError';
    this.code = facts.code;
    this.service = facts.service;
    this.operation = facts.operation;
    this.status = facts.status;
    this.attempts = facts.attempts ?? 1;
    this.retryable = facts.retryable;
    this.problem = facts.problem;
    this.retryAfterMs = facts.retryAfterMs;
  }

  /** The same failure, as it is told after all tries. */
  after(attempts: number): RunnerError {
    return attempts === this.attempts ? this : this.#with({ attempts });
  }

  /** The same failure of something that cannot be tried again. */
  final(): RunnerError {
    return this.retryable ? this.#with({ retryable: false }) : this;
  }

  #with(change: Partial<RunnerErrorFacts>): RunnerError {
    const { code, service, operation, status, attempts, retryable, problem, retryAfterMs, cause } = this;
    const facts = { code, service, operation, status, attempts, retryable, problem, retryAfterMs, cause };
    return new RunnerError(this.message, { ...facts, ...change });
  }
}

/** Answers that are asked for again. */
const retriedStatuses: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** The code and whether to try again of an answer that is no success. */
export function judgeStatus(status: number): { code: RunnerErrorCode; retryable: boolean } {
  const retryable = retriedStatuses.has(status);
  if (status === 429) return { code: 'RATE_LIMITED', retryable };
  return { code: status >= 500 ? 'SERVER_ERROR' : 'REFUSED', retryable };
}
