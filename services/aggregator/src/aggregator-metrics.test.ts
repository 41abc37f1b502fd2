import { randomUUID } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { dropOldCanaries, foldTeam } from '@telltale/store/rollup';
import { lintMetrics } from '@telltale/testkit/lint-metrics';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { createAggregatorMetrics } from './aggregator-metrics.ts';
import { emptyStats } from './stats.ts';

async function aStore() {
  const stack = new AsyncDisposableStack();
  const { url } = stack.use(await createTestDatabase());
  const database = stack.use(createDatabase({ url, max: 2, applicationName: 'test' }));
  const store = (records: StreamBatch['records'], fields: Partial<StreamBatch> = {}) => {
    const named = { v: 1 as const, team_id: 'red', producer_id: randomUUID(), seq: 1, ids_hash: '0'.repeat(64) };
    const batch = { ...named, received_at: new Date().toISOString(), rejected: 0, records, ...fields };
    const cost = { cost_usd: '0.25', cost_source: 'computed', price_version: 'v1' } as const;
    return storeBatches(database.pool, [{ batch, costs: new Map(records.map((_, index) => [index, cost])) }]);
  };
  return { db: database.kysely, store, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test('a scrape tells money, runs, ends, drops and dead letters of the store, and nothing of the system itself', async () => {
  await using t = await aStore();
  const event = (run_id: string, fields: object) => aRecord('run_event', { run_id, ...fields });
  await t.store([aRecord('llm_call', { model: 'm-1' }), event('r1', {}), event('r2', {})], {
    dropped: { spool_full: 4 },
  });
  await t.store([event('r2', { event: 'ended', reason: 'timeout' })]);
  await t.store([event('r3', {})], { producer_id: 'gap', seq: 1, issued: 1 });
  await t.store([event('r3', {})], { producer_id: 'gap', seq: 4, floor: 4, issued: 9, rejected: 1 });
  await t.store([event('r9', {})], { team_id: '*', dropped: { other: 1 } });
  for (const team of ['red', '*']) await foldTeam(t.db, team);
  const text = await createAggregatorMetrics(t.db, { ...emptyStats(), records: 5 }).read();
  expect(lintMetrics(text)).toEqual([]);
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(samples).toEqual(
    expect.arrayContaining([
      'telltale_llm_cost_usd_total{team="red",model="m-1"} 0.25',
      'telltale_records_dropped_total{reason="spool_full"} 4',
      'telltale_dead_letters 0',
      'telltale_lost_batches{reason="gap"} 2',
      'telltale_books_records{entry="issued"} 9',
      'telltale_books_records{entry="stored"} 6',
      'telltale_books_records{entry="rejected"} 1',
      'telltale_books_records{entry="open"} 6',
      'telltale_runs{state="running"} 2',
      'telltale_runs{state="ended"} 1',
      'telltale_run_ends_total{reason="timeout"} 1',
      'telltale_records_folded_total 5',
      expect.stringMatching(/^telltale_rollup_lag_seconds \d/),
    ]),
  );
  expect(text).not.toContain('reason="other"');
});

test('canaries go after three hours, once they are folded; what others of the system said stays', async () => {
  await using t = await aStore();
  const metric = (agent_id: string) => [aRecord('metric', { agent_id })];
  await t.store(metric('canary'), { team_id: '*' });
  await t.store(metric('gateway'), { team_id: '*' });
  await t.store(metric('canary'));
  const later = Date.now() + 3 * 3_600_000 + 60_000;
  expect(await dropOldCanaries(t.db, later)).toBe(0);
  for (const team of ['red', '*']) await foldTeam(t.db, team);
  expect(await dropOldCanaries(t.db, Date.now())).toBe(0);
  expect(await dropOldCanaries(t.db, later)).toBe(1);
  const left = await t.db.selectFrom('metric').select(['team_id', 'agent_id']).orderBy('agent_id').execute();
  expect(left).toEqual([
    { team_id: 'red', agent_id: 'canary' },
    { team_id: '*', agent_id: 'gateway' },
  ]);
});
