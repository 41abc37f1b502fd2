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

const noSums = {
  llm_calls: 0,
  llm_errors: 0,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cache_write_1h_tokens: 0,
  reasoning_tokens: 0,
  total_tokens: 0,
  cost_usd: null,
  unpriced_calls: 0,
  estimated_calls: 0,
  partial: false,
  avg_llm_latency_ms: null,
  tool_calls: 0,
  tool_successes: 0,
  tool_errors: 0,
  avg_tool_latency_ms: null,
  service_calls: 0,
  git_commits: 0,
  peak_memory_bytes: null,
};
test('writes to the cache are weighed by how long they are kept', () => {
  const sums = { ...noSums, provider: 'anthropic', model: 'claude-sonnet-4-5', llm_calls: 1, cost_usd: 1 };
  const written = { input_tokens: 1_000, cache_write_tokens: 1_000, cache_write_1h_tokens: 500, output_tokens: 1_000 };
  // $3.75, $6 and $15 a million: 4.875 to 15.
  expect(costByClass([{ ...sums, ...written }], createPriceBook(), Date.now())).toMatchObject({
    cache_write: 0.245283,
    output: 0.754717,
  });
});

test('what has no price has no classes, and who does not ask gets none', async () => {
  expect(await ask('by_class=true&run_id=r-2')).toMatchObject({ total_cost_usd: null, cost_by_class: null });
  expect(await ask('run_id=r-1')).not.toHaveProperty('cost_by_class');
  expect(costByClass([], createPriceBook(), Date.now())).toBeNull();
});
