import { closeSync, openSync } from 'node:fs';
import type { Clock } from '@telltale/runtime/clock';
import { createFdSink } from '../run/byte-sink.ts';
import type { OutputPlan } from '../run/streams.ts';

export type LoggedOutput = Disposable & {
  plan: OutputPlan;
  /** Why the file is not whole; null when it is. */
  failure(): unknown;
};

/**
 * An output that is passed on as before and written into a file too. One that is inherited stays so: nobody sees it. A
 * disk that is full changes nothing for the program.
 */
export function logOutput(plan: OutputPlan, file: string, clock: Clock): LoggedOutput {
  if (plan === 'inherit') {
    const unseen = 'it went to a terminal; --pty captures it';
    return { plan, failure: () => unseen, [Symbol.dispose]: () => undefined };
  }
  const fd = openSync(file, 'w', 0o600);
  const log = createFdSink(fd, clock);
  let failure: unknown = null;
  const note = async (bytes: Buffer): Promise<void> => {
    if (failure !== null) return;
    await log.write(bytes).catch((error: unknown) => (failure = error ?? 'unknown'));
  };
  return {
    plan: {
      async write(bytes) {
        await Promise.all([plan?.write(bytes), note(bytes)]);
      },
    },
    failure: () => failure,
    [Symbol.dispose]: () => closeSync(fd),
  };
}
