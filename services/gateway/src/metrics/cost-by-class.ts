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
      cache_write_5m_tokens: mean(sums.cache_write_tokens - sums.cache_write_1h_tokens),
      cache_write_1h_tokens: mean(sums.cache_write_1h_tokens),
      reasoning_tokens: mean(sums.reasoning_tokens),
      status: 'ok',
      origin: 'sdk',
    },
  });
  const weights = new Map<keyof CostByClass, number>();
  for (const [name, usd] of Object.entries(breakdown.usd)) {
    if (name === 'request') continue;
    const of = classOf[name as Exclude<PriceClass, 'request'>];
    weights.set(of, (weights.get(of) ?? 0) + Number(usd));
  }
  return [...weights];
}

const millionths = 1_000_000;

/** Shares out whole millionths of a dollar; what no share comes to falls to the greatest, so that nothing is lost. */
function shareOut(micros: number, weights: readonly [keyof CostByClass, number][]): [keyof CostByClass, number][] {
  const whole = weights.reduce((sum, [, usd]) => sum + usd, 0);
  if (whole === 0) return [];
  const shares = weights.map(([name, usd]): [keyof CostByClass, number] => [name, Math.floor((micros * usd) / whole)]);
  const greatest = shares.reduce((most, share) => (share[1] > most[1] ? share : most));
  greatest[1] += micros - shares.reduce((sum, [, share]) => sum + share, 0);
  return shares;
}

/**
 * What each class of tokens cost, in US dollars: the cost of each model, shared out as the prices of now share its mean
 * call. They add up to the cost of the models that have a price, counted in millionths; null when none has.
 */
export function costByClass(models: readonly ModelSums[], book: PriceBook, now: number): CostByClass | null {
  const cost: CostByClass = { input: 0, cache_read: 0, cache_write: 0, output: 0, reasoning: 0 };
  const shares = models.flatMap((sums) =>
    sums.cost_usd === null ? [] : shareOut(Math.round(sums.cost_usd * millionths), weightsOf(sums, book, now)),
  );
  if (shares.length === 0) return null;
  for (const [name, micros] of shares) cost[name] += micros;
  const { input, cache_read, cache_write, output, reasoning } = cost;
  return {
    input: input / millionths,
    cache_read: cache_read / millionths,
    cache_write: cache_write / millionths,
    output: output / millionths,
    reasoning: reasoning / millionths,
  };
}
