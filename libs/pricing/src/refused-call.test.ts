import type { RecordOf } from '@telltale/contracts/records/record';
import { expect, test } from 'vitest';
import { createPriceBook } from './price-book.ts';
import { priceCall } from './price-call.ts';

type Call = RecordOf<'llm_call'>;
const book = createPriceBook();
const failed = (fields: Partial<Call>): Call => ({
  v: 1,
  id: '019a0000-0000-7000-8000-000000000001',
  kind: 'llm_call',
  at: '2026-07-01T00:00:00.000Z',
  agent_id: 'a',
  model: 'claude-sonnet-4-5',
  status: 'error',
  origin: 'proxy',
  ...fields,
});

test.each([
  { error_type: 'overloaded_error' },
  { error_type: 'http_529' },
  { error_type: '429' },
  { error_type: 'openai.RateLimitError' },
  { error_type: 'RESOURCE_EXHAUSTED' },
  { error_type: 'http_500', model: 'a-model-nobody-knows' },
  { error_type: 'overloaded_error', streamed: true },
  { error_type: 'overloaded_error', origin: 'otlp' as const },
  { error_type: 'http_529', origin: 'otlp' as const, streamed: false },
  { error_type: 'budget_exceeded', input_tokens: 0, output_tokens: 0 },
  {
    error_type: 'upstream_unreachable',
    error_message: 'http://x:1 could not be reached: connect ECONNREFUSED 1.2.3.4:1',
  },
  // As Pydantic AI, Google's SDKs, the OpenAI Agents SDK, LangChain and Langfuse tell it.
  ...[
    'ModelRequestRejectedError: status_code: 400, model_name: gpt-5, body: {}',
    "ClientError: 400 INVALID_ARGUMENT. {'error': {}}",
    "Error getting response: {'error': 'Error code: 400 - not like this'}",
    '400 not like this\n\nError: 400 not like this',
    'Error: 529 {"type":"error"}',
  ].map((error_message) => ({ error_type: 'x', error_message, origin: 'otlp' as const })),
  { error_message: 'Error code: 429 - slow down', origin: 'otlp' as const },
])('what was turned away before anything was answered cost nothing, which is known: %o', (fields) => {
  expect(priceCall({ record: failed(fields), book })).toMatchObject({
    cost_usd: '0.000000000',
    cost_source: 'computed',
    breakdown: { basis: 'none', notes: ['refused'] },
  });
});

test.each([
  { error_type: 'overloaded_error', ttft_ms: 80 },
  { error_type: 'overloaded_error', origin: 'otlp' as const, streamed: true },
  { error_type: 'overloaded_error', cache_write_5m_tokens: 10 },
  { error_type: 'stream_cut' },
  { error_type: 'APIConnectionError' },
  { error_type: 'upstream_unreachable', error_message: 'http://x:1 could not be reached: read ECONNRESET' },
  {},
  { origin: 'otlp' as const, error_message: '500 tokens came before it broke off' },
  { origin: 'otlp' as const, streamed: true, error_message: 'Error code: 500 - gone' },
  { status: 'aborted' as const, error_type: 'http_500' },
])('what may have been answered in part stays unknown: %o', (fields) => {
  expect(priceCall({ record: failed(fields), book })).toMatchObject({ cost_usd: null, cost_source: 'unknown' });
});

test('tokens that were told before it failed are paid for', () => {
  const record = failed({ error_type: 'overloaded_error', input_tokens: 1_000, output_tokens: 1 });
  expect(priceCall({ record, book })).toMatchObject({ cost_usd: '0.003015000', cost_source: 'computed' });
});
