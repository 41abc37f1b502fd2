import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { startProduct } from './start-product.ts';

type Summary = { llm_calls: number; cost_usd: number | null; unpriced_calls: number; partial: boolean };
type Job = { id: string; state: string; after: { unpriced_calls: number } };

test('a price that is set late is what stored calls cost after a repricing, and new ones within seconds', async () => {
  await using product = await startProduct();
  const call = () => aRecord('llm_call', { model: 'house-model', input_tokens: 1_000_000, output_tokens: 0 });
  const send = (count: number) => product.post('/telemetry', { records: Array.from({ length: count }, call) });
  const summary = () => product.get<Summary>('/metrics/summary');

  await send(3);
  const before = await until(async () => {
    const now = await summary();
    return now.llm_calls === 3 ? now : null;
  });
  expect(before).toMatchObject({ cost_usd: null, unpriced_calls: 3, partial: true });

  const row = { model: 'house-model', per_million: { input: '0.25' }, discount: 0.2 };
  expect((await product.post('/prices', { version: 1, prices: [row] })).status).toBe(201);
  const asked = (await (await product.post('/prices/reprice', {})).json()) as Job;
  await until(async () => (await product.get<Job>(`/prices/reprice/${asked.id}`)).state === 'done');
  expect(await summary()).toMatchObject({ llm_calls: 3, cost_usd: 0.6, unpriced_calls: 0, partial: false });

  const priced = () => product.get<{ calls: { cost_usd?: number; cost_source: string }[] }>('/calls?limit=1');
  const newest = await until(
    async () => {
      await send(1);
      const { calls } = await priced();
      return calls[0]?.cost_source === 'computed' ? calls[0] : null;
    },
    { timeoutMs: 30_000, everyMs: 250, what: 'a call priced by the new price' },
  );
  expect(newest).toMatchObject({ cost_usd: 0.2 });
});
