import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';

/**
 * Remembers rows of the store for a while, asking at most once at a time for each name. While the store does not answer,
 * a row that was seen goes on counting (fail open for what is known: nobody can revoke it then, and telemetry must not
 * stop); for what is not known the store's failure is passed on.
 */
export function createRowMemory<Row>(options: {
  find: (name: string) => Promise<Row | null>;
  clock: Clock;
  log: Log;
  /** How long a row is believed without asking again: the longest a revoked one goes on working is this. */
  believeMs: number;
  maxRows: number;
}) {
  const { find, clock, log, believeMs, maxRows } = options;
  const known = new Map<string, { row: Row; askedAt: number }>();
  const asking = new Map<string, Promise<Row | null>>();

  const ask = async (name: string): Promise<Row | null> => {
    const row = await find(name);
    known.delete(name);
    if (row !== null) known.set(name, { row, askedAt: clock.monotonic() });
    const [oldest] = known.keys();
    if (known.size > maxRows && oldest !== undefined) known.delete(oldest);
    return row;
  };

  const askOnce = (name: string): Promise<Row | null> => {
    const running = asking.get(name) ?? ask(name).finally(() => asking.delete(name));
    asking.set(name, running);
    return running;
  };

  return {
    async look(name: string): Promise<Row | null> {
      const seen = known.get(name);
      if (seen !== undefined && clock.monotonic() - seen.askedAt < believeMs) return seen.row;
      try {
        return await askOnce(name);
      } catch (error) {
        if (seen === undefined) throw error;
        log.warn({ err: error, name }, 'the store does not answer; what was seen before goes on counting');
        return seen.row;
      }
    },
    /** Asks the store again the next time. */
    forget: (name: string): void => void known.delete(name),
  };
}
