import type { Clock } from '@telltale/runtime/clock';
import type { BudgetPort } from './budget-port.ts';

/** Where nobody answers, the runs of a host do not ask one after another. */
const failedMs = 5_000;

/**
 * For many runs of one team, most of which no budget is about: whether there is one by now is asked once for all of them,
 * and is not older than `freshMs`.
 */
export function shareVersion(port: BudgetPort, { freshMs, clock }: { freshMs: number; clock: Clock }): BudgetPort {
  let asked: { until: number; version: Promise<string> } | undefined;
  return {
    ...port,
    version(spender, signal) {
      if (asked !== undefined && clock.monotonic() < asked.until) return asked.version;
      const version = port.terms(spender, signal).then(({ budgets }) => budgets.version);
      const mine = { until: clock.monotonic() + freshMs, version };
      asked = mine;
      version.catch(() => {
        // The run that asked for all has ended: the next one asks anew.
        mine.until = signal.aborted ? 0 : clock.monotonic() + Math.min(failedMs, freshMs);
      });
      return version;
    },
  };
}
