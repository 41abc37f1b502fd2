import { compareWithRaw } from '@telltale/store/rollup';
import { createDatabase } from '@telltale/store/database';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { startProduct } from './start-product.ts';

test('records published while the collector is killed are stored exactly once, and every rollup equals raw', async () => {
  await using product = await startProduct();
  const issued = new Set<string>();
  const sendBatch = async (seq: number): Promise<void> => {
    const who = { agent_id: `agent-${seq % 5}`, session_id: `session-${seq % 7}`, run_id: `run-${seq % 3}` };
    const records = Array.from({ length: 100 }, (_, index) => {
      if (index % 10 === 0) return aRecord('llm_call', { ...who, input_tokens: 10, output_tokens: 2, duration_ms: 5 });
      return index % 10 === 1 ? aRecord('tool_call', { ...who, duration_ms: 3 }) : aRecord('log_entry', who);
    });
    for (const { id } of records) issued.add(id);
    const response = await product.post('/telemetry', { producer_id: 'oracle', seq, records });
    expect(response.status).toBe(202);
  };

  for (let seq = 1; seq <= 200; seq += 1) {
    await sendBatch(seq);
    if (seq === 70 || seq === 140) {
      product.service('collector').child.kill('SIGKILL');
      await product.restart('collector');
    }
  }

  await using db = createDatabase({ url: product.databaseUrl, max: 2, applicationName: 'oracle' });
  const stored = async (): Promise<string[]> => {
    const { rows } = await db.pool.query<{ id: string }>(
      'select id from llm_call union all select id from tool_call union all select id from log_line',
    );
    return rows.map(({ id }) => id);
  };
  const ids = await until(
    async () => {
      const found = await stored();
      return found.length >= issued.size ? found : null;
    },
    { timeoutMs: 60_000, what: 'every record stored' },
  );
  expect(ids.length).toBe(issued.size);
  expect(new Set(ids)).toEqual(issued);

  await until(
    async () => {
      const { rows } = await db.pool.query<{ n: number }>(
        'select count(*) as n from batch_ledger where folded_at is null',
      );
      return rows[0]?.n === 0;
    },
    { timeoutMs: 60_000, what: 'every batch folded' },
  );
  const hour = 3_600_000;
  const range = { from: new Date(Date.now() - hour), to: new Date(Date.now() + hour) };
  expect(await compareWithRaw(db.kysely, 'default', range)).toMatchObject({ differing: 0, strayRecords: 0 });
  const session = await product.get<{ llm_calls: number; total_tokens: number }>('/metrics/sessions/session-1');
  expect(session.total_tokens).toBe(session.llm_calls * 12);
}, 180_000);
