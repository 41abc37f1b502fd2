import { createPriceBook } from '@telltale/pricing/price-book';
import type { CallMember } from '@telltale/store/rollup';
import { aCallMember } from '@telltale/testkit/call-members';
import { expect, test } from 'vitest';
import { createMemberPricer } from './price-member.ts';

const price = createMemberPricer(createPriceBook());
const member = (fields: Partial<CallMember>): CallMember =>
  aCallMember({
    at: '2026-07-01T00:00:00.000000Z',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    input_tokens: 1_000,
    output_tokens: 1,
    price_version: 'old',
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

const refusal = { error_type: 'overloaded_error', error_message: 'busy', streamed: null, attributes: null };
test('a call that was turned away cost nothing, also where it was stored as unknown', () => {
  expect(price(member({ ...failed, model: 'a-model-nobody-knows' }), refusal)).toMatchObject(nothing);
  // What broke off after it had begun is not known, whatever was made of it before.
  const begun = { ...failed, origin: 'sdk' };
  for (const was of [{}, nothing])
    expect(price(member({ ...begun, ...was }), { ...refusal, streamed: true })).toMatchObject({ cost_usd: null });
  expect(price(member({ ...failed, ttft_ms: 100 }), refusal)).toMatchObject({ cost_usd: null });
});

test('of what counters tell, each side is whole', () => {
  const side = { input_tokens: null, output_tokens: 1_000 };
  expect(price(member({ ...side, origin: 'metric' }))).toMatchObject({
    cost_usd: '0.015000000',
    cost_source: 'computed',
  });
  expect(price(member({ ...side, origin: 'otlp' }))).toMatchObject({ cost_source: 'approximate' });
});

test('searches that the raw record tells cost what they cost when it was stored', () => {
  const raw = { ...refusal, error_type: null, error_message: null, attributes: { web_searches: 2, other: 'x' } };
  expect(price(member({}), raw)).toMatchObject({ cost_usd: '0.023015000', cost_source: 'computed' });
});
