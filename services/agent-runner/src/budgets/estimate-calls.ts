import { usdUnits } from '@telltale/contracts/budgets/budget-units';
import type { CallDraft } from '../limits/call-account.ts';
import type { CallRequest } from '../proxy/forward.ts';

/** In the units of budgets; `usd` is null where the price is not known, which is never 0. */
export type CallAmounts = { usd: number | null; tokens: number };
export type PriceOf = (call: CallDraft) => string | null;

/** Output of a call that names no bound, before any was seen. */
const firstOutputTokens = 8_192;
/** What was seen before may be this much less than what comes. */
const margin = 1.25;

/**
 * The ways in which a call of so many tokens may be counted: as plain input, and as what is written into the provider's
 * cache where its request asks for that. The dearest of them is the most that it can cost.
 */
export function waysOf(
  { facts, shape, upstream }: CallRequest,
  inputTokens: number,
  outputTokens: number,
): CallDraft[] {
  const base: CallDraft = {
    kind: 'llm_call',
    origin: 'proxy',
    status: 'ok',
    model: facts.model ?? shape.model ?? 'unknown',
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    ...(upstream.provider === undefined ? {} : { provider: upstream.provider }),
    ...(facts.serviceTier === undefined ? {} : { service_tier: facts.serviceTier }),
    ...(facts.speed === undefined ? {} : { speed: facts.speed }),
  };
  if (facts.caches === '5m') return [base, { ...base, cache_write_5m_tokens: inputTokens }];
  if (facts.caches === undefined) return [base];
  return [base, { ...base, cache_write_5m_tokens: inputTokens }, { ...base, cache_write_1h_tokens: inputTokens }];
}

/**
 * The most that a call can cost: no more input tokens than its request has bytes, at the dearest way of counting them,
 * and the output that it asks for; where it names no bound, what this agent's calls were like.
 */
export function createEstimates({ priceOf, mostOutput }: { priceOf: PriceOf; mostOutput: number | null }) {
  let most = mostOutput;
  const units = (call: CallDraft): number | null => {
    const price = priceOf(call);
    return price === null ? null : usdUnits(price);
  };

  return {
    worst(call: CallRequest): CallAmounts {
      const { facts, bodyBytes } = call;
      const seen = most === null ? firstOutputTokens : Math.ceil(most * margin);
      const output = (facts.mostOutput ?? seen) * (facts.answers ?? 1);
      const ways = waysOf(call, bodyBytes, output);
      const prices = ways.map(units);
      const usd = prices.some((price) => price === null) ? null : Math.max(...prices.map((price) => price ?? 0));
      return { usd, tokens: bodyBytes + output };
    },
    /** What a call came to. A refused or failed one that used nothing costs nothing. */
    real(record: CallDraft): CallAmounts {
      const tokens = (record.input_tokens ?? 0) + (record.output_tokens ?? 0);
      if (record.output_tokens !== undefined) most = Math.max(most ?? 0, record.output_tokens);
      return { usd: tokens === 0 && record.status !== 'ok' ? 0 : units(record), tokens };
    },
  };
}
export type Estimates = ReturnType<typeof createEstimates>;
