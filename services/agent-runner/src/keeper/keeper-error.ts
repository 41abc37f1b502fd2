import type { Refusal } from './protocol.ts';

/** Why a keeper did not do what it was asked: `unreachable` when there is none to ask. */
export class KeeperError extends Error {
  readonly code: Refusal['code'] | 'unreachable';

  constructor(code: KeeperError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'KeeperError';
    this.code = code;
  }
}
