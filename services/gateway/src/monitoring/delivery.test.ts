import { createHash, randomUUID } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

async function store(count: number, fields: Partial<StreamBatch>): Promise<void> {
  await using database = createDatabase({ url: t.databaseUrl, max: 1, applicationName: 'test' });
  const records = Array.from({ length: count }, () => aRecord('log_entry'));
  const ids_hash = createHash('sha256').update(idsHashInput(records)).digest('hex');
  const received_at = new Date().toISOString();
  const named = { v: 1 as const, team_id: 'red', producer_id: randomUUID(), seq: 1 };
  const batch: StreamBatch = { ...named, ids_hash, received_at, rejected: 0, records, ...fields };
  await storeBatches(database.pool, [{ batch, costs: new Map() }]);
}

const ask = async (team: string, query = '') => {
  const headers = await t.as(team, 'read');
  return (await t.gateway.http.inject({ url: `/api/v1/monitoring/delivery${query}`, headers })).json();
};

test('the books say of each producer and of all what became of what they issued; unknown is no 0', async () => {
  await store(3, { producer_id: 'one', issued: 7, dropped: { spool_full: 2 }, rejected: 1 });
  await store(2, { producer_id: 'two', seq: 1 });
  await store(1, { producer_id: 'two', seq: 1 });
  await store(4, { producer_id: `body:${'0'.repeat(64)}` });
  const answer = await ask('red');
  const unlost = { lost: {}, lost_batches: 0, late_duplicates: 0, closed: false };
  const row = { dead_lettered: 0, rejected: 0, dropped: {}, ...unlost };
  expect(answer.producers.toSorted((a: object, b: object) => JSON.stringify(a) < JSON.stringify(b))).toHaveLength(3);
  expect(answer.producers).toEqual(
    expect.arrayContaining([
      {
        ...row,
        producer_id: 'one',
        issued: 7,
        stored: 3,
        rejected: 1,
        dropped: { spool_full: 2 },
        stored_seq: 1,
        open: 1,
      },
      { ...row, producer_id: 'two', issued: null, stored: 2, dead_lettered: 1, stored_seq: 1, open: null },
      { ...row, producer_id: 'body:*', issued: 4, stored: 4, stored_seq: null, open: 0 },
    ]),
  );
  expect(answer.total).toEqual({
    issued: 11,
    stored: 9,
    dead_lettered: 1,
    rejected: 1,
    dropped: { spool_full: 2 },
    lost: {},
    unaccounted_producers: 1,
    lost_batches: 0,
    expired: {},
    // Of those that keep an account: 7 - 3 - 1 - 2, and 4 - 4.
    open: 1,
  });
  expect(answer).toMatchObject({ stream_lag_ms: 0, canary: null, limit: 20, offset: 0, intake: { open: true } });
  expect(answer.rollup_lag_ms).toBeGreaterThan(0);
});

test('batches that a producer without an account gave up are in the total, though nobody knows their records', async () => {
  await store(1, { team_id: 'grey', producer_id: 'counts-nothing', seq: 1 });
  await store(1, { team_id: 'grey', producer_id: 'counts-nothing', seq: 5, floor: 5 });
  const answer = await ask('grey');
  expect(answer.producers).toMatchObject([{ producer_id: 'counts-nothing', lost: null, lost_batches: 3 }]);
  expect(answer.total).toMatchObject({ lost: {}, lost_batches: 3, unaccounted_producers: 1 });
});

test('producers come page by page, last heard of first, and the sums stay those of all', async () => {
  await store(1, { team_id: 'green', producer_id: 'older', issued: 1 });
  await store(1, { team_id: 'green', producer_id: 'newer', issued: 1 });
  const page = await ask('green', '?limit=1&offset=1');
  expect(page.producers.map((row: { producer_id: string }) => row.producer_id)).toEqual(['older']);
  expect(page).toMatchObject({ total: { issued: 2, stored: 2 }, limit: 1, offset: 1 });
});

test('a team of which nothing is stored has issued nothing', async () => {
  expect(await ask('blue')).toMatchObject({ producers: [], total: { issued: 0, stored: 0, unaccounted_producers: 0 } });
});
