import { constants } from 'node:os';
import { startChild } from './start-child.ts';

const codeOf = (signal: unknown): number => 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);

/** A program that is not let in is one that could not be started; `asked`: a signal told us to end while it waited. */
export const startingOf = (refused: string | null, asked: AbortSignal | undefined): typeof startChild =>
  refused === null
    ? startChild
    : async () => ({ ok: false, exitCode: asked?.aborted === true ? codeOf(asked.reason) : 125, message: refused });
