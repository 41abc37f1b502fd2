import type { RecordOf } from '@telltale/contracts/records/record';
import { llmOrigin, tokenCounts } from '@telltale/contracts/records/llm-call';
import { deriveProvider } from '@telltale/pricing/derive-provider';
import type { PriceBook } from '@telltale/pricing/price-book';
import { priceCall } from '@telltale/pricing/price-call';
import type { CallMember, RepriceStep } from '@telltale/store/rollup';

type LlmCall = RecordOf<'llm_call'>;

const words = ['provider', 'response_model', 'service_tier', 'speed'] as const;

/** The record as far as its price depends on it: what it did not say is absent again. */
function recordOf(member: CallMember): LlmCall {
  const said = [...tokenCounts, ...words].flatMap((name) => (member[name] === null ? [] : [[name, member[name]]]));
  return {
    v: 1,
    id: member.record_id,
    kind: 'llm_call',
    at: member.at,
    agent_id: member.agent_id,
    model: member.model,
    status: 'ok',
    origin: llmOrigin.parse(member.origin),
    ...(member.reported_cost_usd === null ? {} : { reported_cost_usd: Number(member.reported_cost_usd) }),
    ...Object.fromEntries(said),
  };
}

/** Prices a stored record as the collector would today; one that cannot be priced is unknown. */
export function createMemberPricer(book: PriceBook): RepriceStep['price'] {
  return (member) => {
    try {
      const record = recordOf(member);
      const { cost_usd, cost_source, price_version } = priceCall({ record, book });
      return { cost_usd, cost_source, price_version, derived_provider: deriveProvider(record, book) };
    } catch {
      return { cost_usd: null, cost_source: 'unknown', price_version: book.version };
    }
  };
}
