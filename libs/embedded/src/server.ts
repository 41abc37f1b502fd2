import type { ChildProcess } from 'node:child_process';

/** What the caller hears while a server starts; one short sentence a call. */
export interface EmbeddedLog {
  info(message: string): void;
  warn(message: string): void;
}

/** How a server process ended; `code` is null when a signal ended it. */
export interface ServerExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A database server that answers. */
export interface RunningServer {
  /** Connection URL with user and password, host 127.0.0.1. */
  url: string;
  port: number;
  pid: number;
  /** Resolves when the process ends, wanted or not. */
  exited: Promise<ServerExit>;
  /**
   * Ends the server in order and resolves when no process of it is left. After `withinMs` (default 6000) it is killed,
   * which loses nothing but a recovery at the next start. May be called again.
   */
  stop(withinMs?: number): Promise<void>;
}

/**
 * `folder_taken`: a living Telltale holds the data folder. `folder_unusable`: rights or ownership.
 * `program_missing`: the server's program is not here and cannot be had. `start_failed`: it gave up by itself.
 */
export type EmbeddedErrorCode = 'folder_taken' | 'folder_unusable' | 'program_missing' | 'start_failed';

/** The message is one sentence with the remedy, ready to be shown. */
export class EmbeddedError extends Error {
  readonly code: EmbeddedErrorCode;

  constructor(code: EmbeddedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedError';
    this.code = code;
  }
}

/** How a child ends; code 127 when it could not even be started. */
export async function exitOf(child: ChildProcess): Promise<ServerExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 127, signal: null }));
  });
}
