import { createPriceBook } from '@telltale/pricing/price-book';
import type { CallMember } from '@telltale/store/rollup';
import { expect, test } from 'vitest';
import { createMemberPricer } from './price-member.ts';

const price = createMemberPricer(createPriceBook());
const member = (fields: Partial<CallMember>): CallMember => ({
  record_id: '019a0000-0000-7000-8000-000000000001',
  at: '2026-07-01T00:00:00.000000Z',
  origin: 'proxy',
  agent_id: 'a',
  session_id: null,
  task_id: null,
  run_id: null,
  crew_id: null,
  user_id: null,
  project: null,
  host: null,
  labels: null,
  provider: 'anthropic',
  model: 'claude-sonnet-4-5',
  response_model: null,
  service_tier: null,
  speed: null,
  input_tokens: 1_000,
  output_tokens: 1,
  cache_read_tokens: null,
  cache_write_5m_tokens: null,
  cache_write_1h_tokens: null,
  reasoning_tokens: null,
  cost_usd: null,
  cost_source: 'unknown',
  price_version: 'old',
  reported_cost_usd: null,
  duration_ms: null,
  ttft_ms: null,
  status: 'ok',
  request_id: null,
  message_id: null,
  ...fields,
});

const failed = { status: 'error', input_tokens: null, output_tokens: null };
const nothing = { cost_usd: '0.000000000', cost_source: 'computed' };

test.each([{}, { model: 'a-model-nobody-knows' }, { input_tokens: 0, output_tokens: 0 }])(
  'a call that was turned away still cost nothing: %o',
  (fields) => {
    expect(price(member({ ...failed, ...nothing, ...fields }))).toMatchObject(nothing);
  },
);

test('a failed call of which nobody knows the cost is not made free', () => {
  expect(price(member(failed))).toMatchObject({ cost_usd: null, cost_source: 'unknown' });
});

test('a failed call that told tokens is priced, whatever it cost before', () => {
  const told = { ...failed, ...nothing, input_tokens: 1_000, output_tokens: 1 };
  expect(price(member(told))).toMatchObject({ cost_usd: '0.003015000', cost_source: 'computed' });
});

test.each(['native', 'http', 'metric', 'otlp'])('what came over OpenTelemetry as %s is priced', (origin) => {
  expect(price(member({ origin }))).toMatchObject({ cost_usd: '0.003015000', cost_source: 'computed' });
});
