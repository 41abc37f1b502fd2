import type { ChildProcess } from 'node:child_process';
import { endProcess, type Rung } from './end-process.ts';
import { markOf } from './process-table.ts';
import type { ServerExit } from './server.ts';
import { waitUntil } from './wait-until.ts';

/**
 * Waits until a server that was just spawned answers, and resolves to its pid. One that does not within the time, or
 * that nobody wants any more, is ended: then undefined. Throws the signal's reason when it aborts.
 */
export async function awaitFirstAnswer(options: {
  child: ChildProcess;
  exited: Promise<ServerExit>;
  answers: () => boolean | Promise<boolean>;
  withinMs: number;
  signal: AbortSignal | undefined;
  ladder: readonly Rung[];
}): Promise<number | undefined> {
  const { child, signal } = options;
  let hasEnded = false;
  void options.exited.then(() => {
    hasEnded = true;
  });
  const isOver = () => hasEnded || signal?.aborted === true;
  const settled = await waitUntil(async () => isOver() || (await options.answers()), options.withinMs);
  if (settled && !isOver()) return child.pid;
  const mark = child.pid === undefined ? undefined : markOf(child.pid);
  if (mark && !hasEnded) await endProcess(mark, options.ladder);
  signal?.throwIfAborted();
  return undefined;
}
