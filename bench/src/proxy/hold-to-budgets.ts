import { createEstimates } from '@telltale/agent-runner/budgets/estimate-calls';
import { holdBudgets } from '@telltale/agent-runner/budgets/hold-budgets';
import { createStreamBudgetPort } from '@telltale/agent-runner/budgets/stream-budget-port';
import { loadPriceOf } from '@telltale/agent-runner/limits/price-calls';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { connectWriter, disconnect } from '@telltale/stream/connect';

export const benchTeam = 'bench';

/** What holds the calls of a run to the budgets of its team, as the product puts it together. */
export async function holdToBudgets(redisUrl: string) {
  const redis = await connectWriter({ url: redisUrl, name: 'bench-proxy' });
  const port = createStreamBudgetPort({ redis, teamId: benchTeam, clock: systemClock });
  const spender = { agent_id: 'bench', run_id: 'bench' };
  const { budgets: rules } = await port.terms(spender, AbortSignal.timeout(5_000));
  const held = holdBudgets({
    rules,
    port,
    spender,
    producerId: undefined,
    estimates: createEstimates({ priceOf: await loadPriceOf(systemClock), mostOutput: null }),
    prepare: async () => undefined,
    onNear: () => undefined,
    onLast: () => undefined,
    onSpent: () => undefined,
    warn: () => undefined,
    newId: createUuidV7(systemClock.now),
    clock: systemClock,
    log: createLog({ service: 'bench', level: 'silent' }),
  });
  return {
    gate: held.gate,
    async [Symbol.asyncDispose]() {
      await held[Symbol.asyncDispose]();
      disconnect(redis);
    },
  };
}
