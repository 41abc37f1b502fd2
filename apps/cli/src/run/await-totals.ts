import type { SessionRow } from '@telltale/contracts/http/metrics';
import type { RunRow } from '@telltale/contracts/http/runs';
import type { Clock } from '@telltale/runtime/clock';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import type { SeenRecords } from './seen-records.ts';

/** What a run came to, and its session where there is one; null is not known. */
export type Totals = { run: RunRow | null; session: SessionRow | null };

const unknown: Totals = { run: null, session: null };
/** Between two questions; longer each time, because a busy gateway answers none the sooner for being asked. */
const firstPauseMs = 60;
const longestPauseMs = 500;

/**
 * Asks for the totals of a run until they hold what it reported, for at most `timeoutMs`. Never throws. Totals that are
 * not complete by then are not known: a sum that lacks a call would be a lie.
 */
export async function awaitTotals({
  apiUntil,
  runId,
  seen,
  clock,
  timeoutMs,
}: {
  /** Makes the API whose questions end with a signal: one that hangs must not keep the process. */
  apiUntil: (signal: AbortSignal) => Pick<TelltaleApi, 'runs' | 'session'>;
  runId: string;
  seen: SeenRecords;
  clock: Clock;
  timeoutMs: number;
}): Promise<Totals> {
  const end = new AbortController();
  const api = apiUntil(end.signal);
  // Somebody who does not want to wait gets the prompt back, and still the exit code of the command.
  const stop = () => end.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    return await Promise.race([poll(), clock.sleep(timeoutMs, end.signal).then(() => unknown)]);
  } catch {
    return unknown;
  } finally {
    end.abort();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }

  async function poll(): Promise<Totals> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
      // As a list: one that is not stored yet would be a 404, which counts among the errors of the gateway.
      const [run] = (await api.runs({ run_id: runId, limit: 1 })).runs;
      if (run !== undefined && seen.allIn(run)) {
        const session = run.session_id === null ? null : await api.session(run.session_id).catch(() => null);
        return { run, session };
      }
      await clock.sleep(pauseMs, end.signal);
    }
  }
}
