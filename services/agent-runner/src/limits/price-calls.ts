import type { RecordOf } from '@telltale/contracts/records/record';
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
  let last = { ms: 0, at: '' };
  return (call) => {
    const ms = clock.now();
    // A book knows its prices by the day, and a proxy asks a thousand times a second.
    if (ms - last.ms >= freshMs || ms < last.ms) last = { ms, at: new Date(ms).toISOString() };
    return priceCall({ record: asRecord(call, last.at), book }).cost_usd;
  };
}

const freshMs = 1_000;

/**
 * What a price depends on, always in one shape: records of calls come in as many as there are clients, which makes each
 * look into them several times as slow.
 */
const asRecord = (call: CallDraft, at: string): RecordOf<'llm_call'> => ({
  v: 1,
  id: '00000000-0000-7000-8000-000000000000',
  agent_id: 'run',
  at,
  kind: 'llm_call',
  origin: call.origin,
  status: call.status,
  error_type: call.error_type,
  error_message: call.error_message,
  streamed: call.streamed,
  ttft_ms: call.ttft_ms,
  provider: call.provider,
  model: call.model,
  response_model: call.response_model,
  service_tier: call.service_tier,
  speed: call.speed,
  input_tokens: call.input_tokens,
  output_tokens: call.output_tokens,
  cache_read_tokens: call.cache_read_tokens,
  cache_write_5m_tokens: call.cache_write_5m_tokens,
  cache_write_1h_tokens: call.cache_write_1h_tokens,
  reasoning_tokens: call.reasoning_tokens,
  reported_cost_usd: call.reported_cost_usd,
  attributes: call.attributes,
});
