import { TelltaleError } from '@telltale/contracts/errors';

export type StreamTrouble = 'memory_full' | 'read_only' | 'unreachable';

/** Redis could not take a message: 503 with a Retry-After at the doors, a reason to spool in a producer. */
export class StreamUnavailableError extends TelltaleError {
  readonly trouble: StreamTrouble;
  constructor(trouble: StreamTrouble, cause: unknown) {
    super('unavailable', details[trouble], { retryAfter: trouble === 'unreachable' ? 2 : 5, cause });
    this.name = 'StreamUnavailableError';
    this.trouble = trouble;
  }
}

const details: Record<StreamTrouble, string> = {
  memory_full: 'the stream is full; send again after the time in Retry-After',
  read_only: 'the stream takes no writes at the moment; send again after the time in Retry-After',
  unreachable: 'the stream cannot be reached; send again after the time in Retry-After',
};

/** What a failed write means; an error that is our own fault (a wrong command) comes back as it is. */
export function toStreamError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message } = error;
  if (message.startsWith('OOM')) return new StreamUnavailableError('memory_full', error);
  if (/^(?:MISCONF|READONLY|NOREPLICAS|LOADING|CLUSTERDOWN|MASTERDOWN|BUSY )/.test(message)) {
    return new StreamUnavailableError('read_only', error);
  }
  if (/^(?:WRONGTYPE|ERR|NOSCRIPT|NOGROUP|NOPERM|CROSSSLOT)/.test(message)) return error;
  return new StreamUnavailableError('unreachable', error);
}
