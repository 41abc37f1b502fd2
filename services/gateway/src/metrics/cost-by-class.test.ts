import { createPriceBook } from '@telltale/pricing/price-book';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';
import { costByClass } from './cost-by-class.ts';

let t: TestGateway;
let headers: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  headers = await t.as('red', 'read');
  const call = { run_id: 'r-1', input_tokens: 1_000, cache_read_tokens: 600, output_tokens: 100 };
  await seed(
    t.databaseUrl,
    'red',
    [
      aRecord('llm_call', { ...call, model: 'claude-sonnet-4-5' }),
      aRecord('llm_call', { ...call, model: 'claude-sonnet-4-5' }),
      aRecord('llm_call', { ...call, model: 'nobody-sells-it', run_id: 'r-2' }),
    ],
    new Map([['claude-sonnet-4-5', '0.00288']]),
  );
});
afterAll(() => t[Symbol.asyncDispose]());

const ask = async (query: string) =>
  (await t.gateway.http.inject({ url: `/api/v1/metrics/costs?${query}`, headers })).json<Record<string, unknown>>();

test('a cost is shared out among the classes of its tokens by their prices, also of one run', async () => {
  // $3, $0.30 and $15 a million: 400 fresh, 600 read from the cache and 100 out are $1.2, $0.18 and $1.5 a thousand calls.
  const expected = { input: 0.0024, cache_read: 0.00036, cache_write: 0, output: 0.003, reasoning: 0 };
  for (const query of ['by_class=true', 'by_class=true&run_id=r-1', 'by_class=true&group_by=agent']) {
    expect(await ask(query)).toMatchObject({ total_cost_usd: 0.00576, cost_by_class: expected });
  }
});

test('what has no price has no classes, and who does not ask gets none', async () => {
  expect(await ask('by_class=true&run_id=r-2')).toMatchObject({ total_cost_usd: null, cost_by_class: null });
  expect(await ask('run_id=r-1')).not.toHaveProperty('cost_by_class');
  expect(costByClass([], createPriceBook(), Date.now())).toBeNull();
});
