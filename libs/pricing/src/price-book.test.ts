import { overridesFile, type OverridesInput } from '@telltale/contracts/price-rows';
import { expect, test } from 'vitest';
import { createPriceBook } from './price-book.ts';
import { priceCall } from './price-call.ts';

type Rows = OverridesInput['prices'];
const aCall = {
  v: 1,
  id: '019a0000-0000-7000-8000-000000000001',
  kind: 'llm_call',
  at: '2026-11-21T12:00:00.000Z',
  agent_id: 'a',
  model: 'unknown',
  status: 'ok',
  origin: 'otlp',
  input_tokens: 1_000_000,
  output_tokens: 0,
} as const;
const costAt = (prices: Rows, fields: { provider: string; model: string; service_tier?: string }): number => {
  const book = createPriceBook({ overrides: overridesFile.parse({ version: 1, prices }) });
  return Number(priceCall({ record: { ...aCall, ...fields }, book }).cost_usd);
};

const sonnet = { provider: 'bedrock', model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' };
test.each([{ provider: 'bedrock' }, {}])(
  "a price for the plain name holds for the release by which alone the list knows a seller's model: %o",
  (seller) => {
    const row = { ...seller, per_million: { input: 77, output: 0 } };
    for (const model of ['claude-sonnet-4-5', 'us.anthropic.claude-sonnet-4-5'])
      expect(costAt([{ ...row, model }], sonnet)).toBe(77);
    expect(costAt([{ ...row, model: 'claude-sonnet-4-5-20260101' }], sonnet)).toBe(3.3);
  },
);

// The list knows this model at its maker alone: 2 dollars a million.
const sold = { provider: 'bedrock', model: 'us.anthropic.claude-sonnet-5-5-20260901-v1:0' };
test("a seller's discount holds where the maker's price is taken, and the maker's does not", () => {
  expect(costAt([{ provider: 'bedrock', model: '*', discount: 0.5 }], sold)).toBe(1);
  expect(costAt([{ provider: 'anthropic', model: '*', discount: 0.5 }], sold)).toBe(2);
  const priced = { provider: 'anthropic', model: 'claude-sonnet-5-5', per_million: { input: 4, output: 0 } };
  expect(costAt([{ ...priced, discount: 0.5 }], sold)).toBe(4);
  expect(costAt([{ model: 'claude-sonnet-5-5', discount: 0.5 }], sold)).toBe(1);
});

test("a seller's factor goes before the maker's, which holds where the seller says none", () => {
  const batch = { ...sold, service_tier: 'batch' };
  expect(costAt([], batch)).toBe(1);
  expect(costAt([{ provider: 'bedrock', model: '*', factors: { batch: '0.75' } }], batch)).toBe(1.5);
});

const priced = (prices: Rows, fields: object) => {
  const { cost_usd, cost_source } = priceCall({
    record: { ...aCall, ...fields },
    book: createPriceBook({ overrides: overridesFile.parse({ version: 1, prices }) }),
  });
  return [cost_usd === null ? null : Number(cost_usd), cost_source];
};
// The maker's list: $2.50 in, $1.25 cached, $10 out.
const resold = { provider: 'my-gateway', model: 'gpt-4o', output_tokens: 100_000, cache_read_tokens: 400_000 };

test.each([{ provider: 'my-gateway' }, {}])(
  'what a row leaves out at a seller without a list costs what it costs at the maker, which is a guess: %o',
  (seller) => {
    const row = { ...seller, model: 'gpt-4o' };
    expect(priced([{ ...row, per_million: { cache_read: 1 } }], resold)).toEqual([2.9, 'approximate']);
    expect(priced([{ ...row, per_million: { input: 2 } }], resold)).toEqual([3, 'approximate']);
    expect(priced([{ ...row, per_million: { input: 2, output: 5 } }], resold)).toEqual([2.5, 'computed']);
    // What the row prices alone is no guess.
    const read = { ...resold, input_tokens: 400_000, output_tokens: 0 };
    expect(priced([{ ...row, per_million: { cache_read: 1 } }], read)).toEqual([0.4, 'computed']);
    expect(priced([{ ...row, per_million: { output: 5 } }], { ...read, provider: 'ollama', model: 'gpt-4o' })).toEqual([
      null,
      'unknown',
    ]);
  },
);

test('a row of another time leaves a call to be guessed as if it were not there', () => {
  const row = { provider: 'my-gateway', model: 'gpt-4o', from: '2026-12-01', per_million: { input: 1, output: 1 } };
  expect(priced([row], resold)).toEqual(priced([], resold));
  expect(priced([row], resold)).toEqual([3, 'approximate']);
});

test("the discount and the factor of a row without a list stand with the maker's price", () => {
  const row = { provider: 'my-gateway', model: 'gpt-4o', per_million: { cache_read: 1 } };
  const batch = { ...resold, service_tier: 'batch' };
  expect(priced([row], batch)).toEqual([1.45, 'approximate']);
  expect(priced([{ ...row, discount: 0.5 }], resold)).toEqual([1.45, 'approximate']);
  expect(priced([row, { provider: 'openai', model: '*', discount: 0.5 }], resold)).toEqual([2.9, 'approximate']);
});

test('what the list of a seller leaves open is not guessed from another', () => {
  expect(priced([], { provider: 'github_copilot', model: 'gpt-4o', output_tokens: 1 })).toEqual([null, 'unknown']);
});
