import type { BudgetRule } from '@telltale/contracts/budgets/budget-rule';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { HoldTerms } from '../limits/hold-run.ts';
import type { LimitReading } from '../limits/run-limits.ts';
import type { Estimates } from './estimate-calls.ts';
import { holdBudgets, type HeldBudgets } from './hold-budgets.ts';

/** A budget that is about all agents of the run. */
const endsRun = (reading: LimitReading): boolean => reading.evidence?.['subject'] !== 'agent';

/**
 * Holds the calls of a run to the budgets of who makes them: of the agent that is named, else of the run's own. Null when
 * it has nowhere to ask. Where several agents share a process, the spent budget of one refuses its calls and ends nothing
 * for the others: the run ends when all of them are refused, or a budget that is about all of them is spent.
 */
export function holdEachAgent({
  held,
  prepare,
  estimatesOf,
  onNear,
  onLast,
  onRefusing,
  onSpent,
  warn,
  clock,
  log,
}: {
  /** The run's own agent first. */
  held: readonly HoldTerms[];
  prepare: (rules: readonly BudgetRule[]) => Promise<void>;
  estimatesOf: (mostOutput: number | null) => Estimates;
  onNear: (reading: LimitReading) => void;
  /** One more call fits, and then the run is to end. */
  onLast: (reading: LimitReading) => void;
  /** One of several agents is refused from now on. */
  onRefusing: (reading: LimitReading) => void;
  /** The run is to end. */
  onSpent: (reading: LimitReading) => void;
  warn: (message: string) => void;
  clock: Clock;
  log: Log;
}): HeldBudgets | null {
  const refused = new Set<string>();
  let over = false;

  const spent = (agent: string, reading: LimitReading): void => {
    if (over) return;
    const known = refused.has(agent);
    refused.add(agent);
    over = endsRun(reading) || refused.size === held.length;
    if (over) onSpent(reading);
    else if (!known) onRefusing(reading);
  };

  const agents = new Map(
    held.map(({ terms, ...rest }) => {
      const agent = rest.spender.agent_id;
      const budgets = holdBudgets({
        ...rest,
        rules: terms.budgets,
        prepare,
        estimates: estimatesOf(terms.most_output_tokens),
        onNear,
        onLast: (reading) => (endsRun(reading) || held.length === 1 ? onLast(reading) : undefined),
        onSpent: (reading) => spent(agent, reading),
        warn,
        clock,
        log,
      });
      return [agent, budgets] as const;
    }),
  );
  const [first] = agents.values();
  if (first === undefined) return null;
  const of = (agent: string | undefined): HeldBudgets => (agent === undefined ? undefined : agents.get(agent)) ?? first;
  return {
    gate: (call) => of(call.agent).gate(call),
    holds: () => [...agents.values()].some((budgets) => budgets.holds()),
    saw: (record) => of(record.agent_id).saw(record),
    async [Symbol.asyncDispose]() {
      await Promise.all([...agents.values()].map((budgets) => budgets[Symbol.asyncDispose]()));
    },
  };
}
