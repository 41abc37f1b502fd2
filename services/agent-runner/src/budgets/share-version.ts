import type { Clock } from '@telltale/runtime/clock';
import type { BudgetPort } from './budget-port.ts';

/**
 * For many runs of one team, most of which no budget is about: whether there is one by now is asked once for all of them,
 * and is not older than `freshMs`.
 */
export function shareVersion(port: BudgetPort, { freshMs, clock }: { freshMs: number; clock: Clock }): BudgetPort {
  let asked: { at: number; version: Promise<string> } | undefined;
  return {
    ...port,
    version(spender, signal) {
      if (asked !== undefined && clock.monotonic() - asked.at < freshMs) return asked.version;
      const version = port.terms(spender, signal).then(({ budgets }) => budgets.version);
      const mine = { at: clock.monotonic(), version };
      asked = mine;
      // Nobody answered, or the run that asked for all has ended: the next one asks anew.
      version.catch(() => {
        if (asked === mine) asked = undefined;
      });
      return version;
    },
  };
}
