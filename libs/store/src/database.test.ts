import { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { startFaultProxy } from '@telltale/testkit/fault-proxy';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { createDatabase } from './database.ts';
import { storeBatches } from './ingest/store-batches.ts';
import { classifyStoreError } from './ingest/error-class.ts';
import { storeTrouble } from './store-trouble.ts';

const batchOf = () => ({
  batch: {
    v: 1 as const,
    team_id: 'red',
    producer_id: randomUUID(),
    seq: 1,
    ids_hash: '0'.repeat(64),
    received_at: new Date().toISOString(),
    rejected: 0,
    records: [aRecord('tool_call')],
  },
  costs: new Map(),
});

test('a server that vanishes without a word costs a few seconds, not hours: what was under way is tried again', async () => {
  await using server = await createTestDatabase();
  const { hostname, port } = new URL(server.url);
  await using proxy = await startFaultProxy({ target: { host: hostname, port: Number(port) } });
  await using database = createDatabase({
    url: proxy.through(server.url),
    max: 2,
    applicationName: 'test',
    answerTimeoutMs: 700,
    connectTimeoutMs: 700,
  });
  // So impatient a store may find a busy machine away, too.
  const storeOne = () => storeBatches(database.pool, [batchOf()]);
  await until(storeOne);
  const gone = proxy.add({ kind: 'blackhole' }, 'both');
  for (const attempt of ['on a connection that was well', 'on a new connection']) {
    const error = await storeBatches(database.pool, [batchOf()]).catch((failure: unknown) => failure);
    expect([attempt, storeTrouble(error), classifyStoreError(error)]).toEqual([attempt, 'away', 'retry']);
  }
  gone();
  expect(await until(storeOne)).toMatchObject([{ outcome: 'stored', records: 1 }]);
});

test('a connection that is kept may be silent while nobody has it, and is the next one to be had', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({
    url: server.url,
    max: 2,
    kept: 1,
    applicationName: 'test',
    answerTimeoutMs: 60_000,
  });
  const silenceOf = (client: object): unknown => {
    const connection: unknown = Reflect.get(client, 'connection');
    const stream: unknown = typeof connection === 'object' && connection !== null && Reflect.get(connection, 'stream');
    return stream instanceof Socket ? stream.timeout : undefined;
  };
  const first = await database.pool.connect();
  expect(silenceOf(first)).toBe(60_000);
  first.release();
  expect([silenceOf(first), database.pool.idleCount]).toEqual([0, 1]);
  const again = await database.pool.connect();
  expect([again === first, silenceOf(again)]).toEqual([true, 60_000]);
  again.release();
});
