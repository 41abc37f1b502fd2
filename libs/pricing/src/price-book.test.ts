import { overridesFile, type OverridesInput } from '@telltale/contracts/price-rows';
import { expect, test } from 'vitest';
import { createPriceBook } from './price-book.ts';
import { priceCall } from './price-call.ts';

type Rows = OverridesInput['prices'];
const costAt = (prices: Rows, fields: { provider: string; model: string; service_tier?: string }): number => {
  const book = createPriceBook({ overrides: overridesFile.parse({ version: 1, prices }) });
  const record = {
    v: 1,
    id: '019a0000-0000-7000-8000-000000000001',
    kind: 'llm_call',
    at: '2026-11-21T12:00:00.000Z',
    agent_id: 'a',
    status: 'ok',
    origin: 'otlp',
    input_tokens: 1_000_000,
    output_tokens: 0,
    ...fields,
  } as const;
  return Number(priceCall({ record, book }).cost_usd);
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
