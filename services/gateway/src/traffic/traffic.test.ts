import type { StreamBatch } from '@telltale/contracts/batch';
import { parseRecord } from '@telltale/contracts/records/parse-record';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { foldTeam } from '@telltale/store/rollup';
import { decodeBatch } from '@telltale/stream/batch-codec';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { keys, recordShards } from '@telltale/stream/keys';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { expect, test } from 'vitest';
import { createTestGateway } from '../test-support/test-gateway.ts';
import { createEndpointTraffic } from './endpoint-traffic.ts';
import { publishTraffic } from './publish-traffic.ts';

async function batchesIn(url: string): Promise<StreamBatch[]> {
  const redis = await connectWriter({ url, name: 'test' });
  const lists = await Promise.all(recordShards.map((shard) => redis.xrangeBuffer(keys.batches(shard), '-', '+')));
  disconnect(redis);
  return lists.flat().flatMap(([, fields]) => {
    const decoded = decodeBatch(fields[7] ?? Buffer.alloc(0));
    return decoded.ok ? [decoded.batch] : [];
  });
}

test('what gateways answered is kept beyond their end, and shown for all of them together', async () => {
  await using database = await createTestDatabase();
  await using redis = await createTestRedis();
  const servers = { database: { url: database.url }, redis: { url: redis.url } };
  for (const runs of [2, 3]) {
    await using t = await createTestGateway(servers);
    const headers = await t.as('red', 'read');
    for (let n = 0; n < runs; n++) await t.gateway.http.inject({ url: `/api/v1/runs/r-${n}`, headers });
    await t.gateway.http.inject({ url: '/api/v1/runs', headers });
    await t.gateway.http.inject({ url: '/api/v1/runs?limit=0', headers });
  }
  await using handle = createDatabase({ url: database.url, max: 2, applicationName: 'test' });
  const batches = await batchesIn(redis.url);
  expect(batches.map(({ team_id }) => team_id)).toEqual(['*', '*']);
  for (const record of batches.flatMap(({ records }) => records))
    expect(parseRecord(record)).toMatchObject({ ok: true });
  await storeBatches(
    handle.pool,
    batches.map((batch) => ({ batch, costs: new Map() })),
  );
  await foldTeam(handle.kysely, '*');

  await using t = await createTestGateway(servers);
  const headers = await t.as('red', 'read');
  const ask = async (query: string) =>
    (await t.gateway.http.inject({ url: `/api/v1/monitoring/endpoints${query}`, headers })).json();
  const { endpoints, period_start } = await ask('');
  const times = { p50_ms: expect.any(Number), p90_ms: expect.any(Number), p99_ms: expect.any(Number) };
  expect(endpoints).toEqual([
    {
      route: '/api/v1/runs/:run_id',
      method: 'GET',
      requests: 5,
      errors_4xx: 5,
      errors_5xx: 0,
      error_rate: 100,
      ...times,
    },
    { route: '/api/v1/runs', method: 'GET', requests: 4, errors_4xx: 2, errors_5xx: 0, error_rate: 50, ...times },
  ]);
  expect(endpoints[0].p50_ms).toBeGreaterThan(0);
  expect(endpoints[0].p99_ms).toBeGreaterThanOrEqual(endpoints[0].p50_ms);
  expect(period_start).toBeNull();
  expect((await ask('?to=2026-01-01T00:00:00Z')).endpoints).toEqual([]);
});

test('a batch that was not taken is offered again as it was, before what was counted since', async () => {
  const traffic = createEndpointTraffic();
  const offered: StreamBatch[] = [];
  let refuses = true;
  const relay = {
    async accept(batch: StreamBatch) {
      offered.push(batch);
      if (refuses) throw new Error('full');
    },
  };
  const answer = { method: 'GET', route: '/a', status: 503, ms: 10 };
  traffic.count(answer);
  const log = createLog({ service: 'gateway', level: 'silent' });
  const publishing = publishTraffic({ traffic, relay, clock: systemClock, log });
  await Promise.resolve();
  refuses = false;
  traffic.count({ ...answer, route: '/b', ms: 0 });
  await publishing[Symbol.asyncDispose]();
  expect(offered.map(({ seq, issued }) => [seq, issued])).toEqual([
    [1, 1],
    [1, 1],
    [2, 2],
  ]);
  expect(offered[1]).toEqual(offered[0]);
  expect(offered[0]?.records).toMatchObject([{ route: '/a', errors_5xx: 1, latency_bins: { 117: 1 } }]);
  expect(offered[2]?.records).toMatchObject([{ route: '/b', latency_bins: { z: 1 } }]);
});
