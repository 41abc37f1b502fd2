import type { CostByClass } from '@telltale/contracts/http/metrics-detail';
import { priceCall, type PriceClass } from '@telltale/pricing/price-call';
import type { PriceBook } from '@telltale/pricing/price-book';
import type { ModelSums } from '@telltale/store/read';

const classOf: Record<Exclude<PriceClass, 'request'>, keyof CostByClass> = {
  fresh: 'input',
  cache_read: 'cache_read',
  cache_write_5m: 'cache_write',
  cache_write_1h: 'cache_write',
  output: 'output',
  reasoning: 'reasoning',
};

/** What the classes of a model's mean call cost now, in US dollars; what a call costs as such is left out. */
function weightsOf(sums: ModelSums, book: PriceBook, now: number): [keyof CostByClass, number][] {
  const mean = (tokens: number): number => Math.round(tokens / sums.llm_calls);
  const { breakdown } = priceCall({
    book,
    record: {
      v: 1,
      kind: 'llm_call',
      id: '',
      at: new Date(now).toISOString(),
      agent_id: '',
      ...(sums.provider === null ? {} : { provider: sums.provider }),
      model: sums.model,
      input_tokens: mean(sums.input_tokens),
      output_tokens: mean(sums.output_tokens),
      cache_read_tokens: mean(sums.cache_read_tokens),
      cache_write_5m_tokens: mean(sums.cache_write_tokens),
      reasoning_tokens: mean(sums.reasoning_tokens),
      status: 'ok',
      origin: 'sdk',
    },
  });
  return Object.entries(breakdown.usd).flatMap(([name, usd]) =>
    name === 'request' ? [] : [[classOf[name as Exclude<PriceClass, 'request'>], Number(usd)]],
  );
}

const round = (usd: number): number => Number(usd.toFixed(6));

/**
 * What each class of tokens cost, in US dollars: the cost of each model, shared out as the prices of now share its mean
 * call. They add up to the cost of the models that have a price; null when none has.
 */
export function costByClass(models: readonly ModelSums[], book: PriceBook, now: number): CostByClass | null {
  const cost: CostByClass = { input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 };
  let isAny = false;
  for (const sums of models) {
    const { cost_usd } = sums;
    const weights = cost_usd === null ? [] : weightsOf(sums, book, now);
    const whole = weights.reduce((sum, [, usd]) => sum + usd, 0);
    if (cost_usd === null || whole === 0) continue;
    isAny = true;
    for (const [name, usd] of weights) cost[name] += (cost_usd * usd) / whole;
  }
  if (!isAny) return null;
  const { input, cache_read, cache_write, output, reasoning } = cost;
  return {
    input: round(input),
    cache_read: round(cache_read),
    cache_write: round(cache_write),
    output: round(output),
    reasoning: round(reasoning),
  };
}
