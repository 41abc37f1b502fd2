import type { RunTerms } from '@telltale/contracts/http/run-terms';
import type { Clock } from '@telltale/runtime/clock';
import type { CallDraft } from './call-account.ts';

/**
 * What a call costs by the list that ships with the product and what the team and the instance set about prices: exact US
 * dollars, or null where nobody knows. The list is only loaded where a run is held to money.
 */
export async function loadPriceOf(
  clock: Clock,
  prices: RunTerms['prices'] = { own: null, shared: null },
): Promise<(call: CallDraft) => string | null> {
  const [{ createPriceBook }, { priceCall }] = await Promise.all([
    import('@telltale/pricing/price-book'),
    import('@telltale/pricing/price-call'),
  ]);
  const book = createPriceBook({ overrides: prices.own ?? undefined, shared: prices.shared ?? undefined });
  return (call) => {
    const at = new Date(clock.now()).toISOString();
    const record = { ...call, v: 1 as const, id: '00000000-0000-7000-8000-000000000000', agent_id: 'run', at };
    return priceCall({ record, book }).cost_usd;
  };
}
