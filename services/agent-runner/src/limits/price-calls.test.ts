import { createPriceBook } from '@telltale/pricing/price-book';
import { priceCall } from '@telltale/pricing/price-call';
import { aRecord } from '@telltale/testkit/records';
import { systemClock } from '@telltale/runtime/clock';
import { expect, test } from 'vitest';
import { loadPriceOf } from './price-calls.ts';

test('a call costs what it costs once it is stored', async () => {
  const book = createPriceBook({});
  const priceOf = await loadPriceOf(systemClock);
  const base = { model: 'claude-sonnet-4-5', provider: 'anthropic', origin: 'proxy', status: 'ok' } as const;
  const used = { ...base, input_tokens: 250_000, output_tokens: 900 };
  const calls = [
    used,
    { ...used, cache_read_tokens: 10_000, cache_write_5m_tokens: 2_000, cache_write_1h_tokens: 3_000 },
    { ...used, reasoning_tokens: 500, service_tier: 'batch' },
    { ...used, model: 'claude-opus-4-6', speed: 'fast' },
    { ...used, model: 'some-alias', response_model: 'claude-haiku-4-5' },
    { ...used, model: 'nobody-sells-this', reported_cost_usd: 0.0421 },
    { ...used, model: 'nobody-sells-this' },
    { ...base, status: 'error', error_type: 'overloaded_error' },
    { ...base, status: 'error', error_type: 'stream_cut', streamed: true, ttft_ms: 12 },
    { ...base, status: 'error', error_type: 'upstream_unreachable', error_message: 'connect ECONNREFUSED' },
  ] as const;
  const expected = calls.map(
    (call) => priceCall({ record: aRecord('llm_call', { ...empty, ...call }), book }).cost_usd,
  );
  expect(calls.map((call) => priceOf({ kind: 'llm_call', ...call }))).toEqual(expected);
  expect(new Set(expected).size).toBeGreaterThan(6);
  expect(expected).toContain(null);
});

/** Without what a record of the test kit has by itself. */
const empty = { input_tokens: undefined, output_tokens: undefined, reported_cost_usd: undefined } as object;
