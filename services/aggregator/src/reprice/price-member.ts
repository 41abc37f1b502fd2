import type { RecordOf } from '@telltale/contracts/records/record';
import { llmOrigin, tokenCounts } from '@telltale/contracts/records/llm-call';
import { besideOf } from '@telltale/pricing/beside-tokens';
import { deriveProvider } from '@telltale/pricing/derive-provider';
import type { PriceBook } from '@telltale/pricing/price-book';
import { priceCall } from '@telltale/pricing/price-call';
import type { CallMember, RepriceStep } from '@telltale/store/rollup';

type LlmCall = RecordOf<'llm_call'>;

const words = ['provider', 'response_model', 'service_tier', 'speed'] as const;

/** The rollup tells kinds of telemetry apart that are one origin of a record: `native`, `client`, `http`, `metric`. */
const originOf = ({ origin }: CallMember): LlmCall['origin'] => llmOrigin.safeParse(origin).data ?? 'otlp';

type RawWords = NonNullable<Parameters<RepriceStep['price']>[1]>;

/**
 * Why a call failed is not known for longer than its raw record is kept. That it was turned away, the collector saw: of a
 * failed call without tokens nothing else makes a known cost of 0.
 */
function wasRefused(member: CallMember): boolean {
  const { status, cost_source, cost_usd } = member;
  if (status !== 'error' || cost_source !== 'computed' || cost_usd === null || Number(cost_usd) !== 0) return false;
  return tokenCounts.every((name) => (member[name] ?? 0) === 0);
}

/** The record as far as its price depends on it: what it did not say is absent again. */
function recordOf(member: CallMember, raw: RawWords | undefined): LlmCall {
  const { error_type, error_message, streamed } = raw ?? {};
  const said = [...tokenCounts, ...words].flatMap((name) => (member[name] === null ? [] : [[name, member[name]]]));
  return {
    v: 1,
    id: member.record_id,
    kind: 'llm_call',
    at: member.at,
    agent_id: member.agent_id,
    model: member.model,
    status: member.status === 'error' ? 'error' : 'ok',
    origin: originOf(member),
    attributes: { ...besideOf(raw?.attributes ?? undefined), ...(member.origin === 'metric' && { signal: 'metric' }) },
    ...(typeof error_type === 'string' && { error_type }),
    ...(typeof error_message === 'string' && { error_message }),
    ...(typeof streamed === 'boolean' && { streamed }),
    ...(member.ttft_ms === null ? {} : { ttft_ms: member.ttft_ms }),
    ...(member.reported_cost_usd === null ? {} : { reported_cost_usd: Number(member.reported_cost_usd) }),
    ...Object.fromEntries(said),
  };
}

/** Prices a stored record as the collector would today; one that cannot be priced is unknown. */
export function createMemberPricer(book: PriceBook): RepriceStep['price'] {
  return (member, raw) => {
    try {
      const record = recordOf(member, raw);
      const derived_provider = deriveProvider(record, book);
      if (raw === undefined && wasRefused(member))
        return { cost_usd: member.cost_usd, cost_source: 'computed', price_version: book.version, derived_provider };
      const { cost_usd, cost_source, price_version } = priceCall({ record, book });
      return { cost_usd, cost_source, price_version, derived_provider };
    } catch {
      return { cost_usd: null, cost_source: 'unknown', price_version: book.version };
    }
  };
}
