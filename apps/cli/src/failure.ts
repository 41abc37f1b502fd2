import { TelltaleError, type ErrorCode } from '@telltale/contracts/errors';
import { KeeperError } from '@telltale/agent-runner/keeper/keeper-error';
import { EmbeddedError } from '@telltale/embedded/server';
import { ConfigError } from '@telltale/runtime/config';

/** A refusal that a person is to read: one sentence with the remedy. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'CliError';
    this.exitCode = options.exitCode ?? 1;
  }
}

/** What the gateway refuses because of what was typed is a usage error too. */
const mistyped: ReadonlySet<ErrorCode> = new Set(['invalid_request', 'unsupported_filter', 'invalid_cursor']);

/** What to show for an error, and what to exit with. Only an error of our own making shows where it came from. */
export function describeFailure(error: unknown): { lines: string[]; exitCode: number } {
  if (error instanceof CliError) return { lines: [error.message], exitCode: error.exitCode };
  if (error instanceof TelltaleError) return { lines: [error.message], exitCode: mistyped.has(error.code) ? 2 : 1 };
  if (error instanceof KeeperError) return { lines: [error.message], exitCode: 1 };
  if (error instanceof EmbeddedError) return { lines: [error.message], exitCode: 1 };
  if (error instanceof ConfigError) return { lines: error.message.split('\n'), exitCode: 2 };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { lines: [`an unexpected error: ${text}`], exitCode: 1 };
}

/** The system's short reason (`EACCES`, `EADDRINUSE`) of an error, else its words. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
