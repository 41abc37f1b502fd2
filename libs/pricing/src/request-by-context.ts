import type { ContextSize } from './beside-tokens.ts';
import { attoOf } from './decimal.ts';
import type { TieredRates } from './rates.ts';

type Fees = Readonly<Record<ContextSize, bigint>>;
const fees = (low: number, medium: number, high: number): Fees => ({
  low: attoOf(low),
  medium: attoOf(medium),
  high: attoOf(high),
});

/** US dollars for a request at Perplexity: https://docs.perplexity.ai/docs/getting-started/pricing. */
const feesOf: Readonly<Record<string, Fees>> = {
  sonar: fees(0.005, 0.008, 0.012),
  'sonar-reasoning': fees(0.005, 0.008, 0.012),
  'sonar-pro': fees(0.006, 0.01, 0.014),
  'sonar-reasoning-pro': fees(0.006, 0.01, 0.014),
};

/**
 * Rates of a row that ships with the product, with what a request costs by how much of the web was read for it. The row
 * itself has one price of a request: that of `low`, which is what Perplexity reads unless it is asked for more.
 */
export function withContextFees(
  { provider, model }: { provider?: string | undefined; model: string },
  tiers: TieredRates | null,
): TieredRates | null {
  const request_by_context = provider === 'perplexity' ? feesOf[model] : undefined;
  if (request_by_context === undefined) return tiers;
  return tiers?.map(({ above, rates }) => ({ above, rates: { ...rates, request_by_context } })) ?? null;
}
