import type { RecordOf } from '@telltale/contracts/records/record';
import { createPriceBook } from '@telltale/pricing/price-book';
import { expect, test } from 'vitest';
import { createPricer } from './price-batch.ts';

const call = (fields: Partial<RecordOf<'llm_call'>>): RecordOf<'llm_call'> => ({
  v: 1,
  id: '019a0000-0000-7000-8000-000000000001',
  kind: 'llm_call',
  at: '2026-11-21T12:00:00.000Z',
  agent_id: 'a',
  model: 'gpt-5',
  status: 'ok',
  origin: 'sdk',
  input_tokens: 10,
  output_tokens: 1,
  ...fields,
});

test('a call whose sender says no provider gets the one that its model tells, and no other is put aside', () => {
  const price = createPricer(createPriceBook());
  expect(price(call({}))).toMatchObject({ cost_source: 'computed', derived_provider: 'openai' });
  expect(price(call({ provider: 'azure' }))).toMatchObject({ derived_provider: null });
  expect(price(call({ model: 'house-coder' }))).toMatchObject({ cost_source: 'unknown', derived_provider: null });
});
