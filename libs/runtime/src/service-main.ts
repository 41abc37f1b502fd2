import { constants } from 'node:os';
import type { Log } from './log.ts';

/** Signals that arrive together (npm forwards one Ctrl-C up to three times) within this many ms are one. */
const sameSignalMs = 1_000;
/** A stop that takes longer than this is given up on: the supervisor allows 10 s in all. */
const lastResortMs = 9_000;

/**
 * The life of a service process: start, wait for SIGTERM, SIGINT or the parent's end (its ipc channel closes), dispose,
 * exit 0. A second signal after one second exits at once with 128 + n. A start that fails exits 1 with one line.
 */
export async function runService(options: { log: Log; start: () => Promise<AsyncDisposable> }): Promise<void> {
  const { log, start } = options;
  let service: AsyncDisposable | undefined;
  let stopping: number | undefined;

  const stop = async (why: string): Promise<void> => {
    log.info({ why }, 'stopping');
    const lastResort = setTimeout(() => {
      log.error('did not stop in time');
      process.exit(1);
    }, lastResortMs);
    lastResort.unref();
    try {
      await service?.[Symbol.asyncDispose]();
      process.exit(0);
    } catch (error) {
      log.error({ err: error }, 'stopped with errors');
      process.exit(1);
    }
  };

  const onSignal = (name: 'SIGTERM' | 'SIGINT'): void => {
    if (stopping === undefined) {
      stopping = performance.now();
      void stop(name);
    } else if (performance.now() - stopping > sameSignalMs) {
      process.exit(128 + constants.signals[name]);
    }
  };

  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('disconnect', () => onSignal('SIGTERM'));

  try {
    service = await start();
    log.info('started');
    process.send?.({ type: 'started' });
  } catch (error) {
    log.fatal({ err: error }, 'could not start');
    process.exit(1);
  }
}
