import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { openRecorder } from '@telltale/sdk/open-recorder';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import { createDatabase } from '@telltale/store/database';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { nothing } from '@telltale/testkit/nothing';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { startProduct } from './start-product.ts';

test('Redis wiped twice and the gateway killed: a producer’s records are stored once, its spool settles, its books balance', async () => {
  await using product = await startProduct();
  const root = mkdtempSync(join(tmpdir(), 'delivery-'));
  const transport = createHttpTransport({ url: product.url, key: product.key, team: 'default', timeoutMs: 5_000 });
  const redis = await connectWriter({ url: product.redisUrl, name: 'test' });
  const recorder = await openRecorder({
    transport,
    url: product.url,
    team: 'default',
    spoolRoot: root,
    identity: { agent_id: 'steady' },
    newId: createUuidV7(),
    clock: systemClock,
    log: createLog({ service: 'test', level: 'silent' }),
    limits: { records: 10 },
  });
  const issued = new Set<string>();
  const send = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      const id = recorder.record({
        kind: 'log_entry',
        level: 'info',
        source: 'system',
        message: `line ${issued.size}`,
      });
      if (id !== null) issued.add(id);
    }
  };

  send(100);
  await recorder.flush();
  await redis.flushdb();
  send(100);
  product.service('gateway').child.kill('SIGKILL');
  send(100);
  await product.restart('gateway');
  await recorder.flush(30_000);
  await redis.flushdb();
  send(100);
  expect(await recorder.flush(30_000)).toBe(true);

  await until(() => recorder.settledSeq() === recorder.lastSeq(), { timeoutMs: 60_000, what: 'everything settled' });
  expect(await recorder.close()).toMatchObject({ unsent: 0, dropped: nothing });
  await using db = createDatabase({ url: product.databaseUrl, max: 1, applicationName: 'oracle' });
  const { rows } = await db.pool.query<{ id: string }>(`select id from log_line where agent_id = 'steady'`);
  expect(rows).toHaveLength(400);
  expect(new Set(rows.map(({ id }) => id))).toEqual(issued);

  type Books = { producers: { producer_id: string; closed: boolean }[] };
  const books = await until(async () => {
    const answer = await product.get<Books>('/monitoring/delivery?team_id=default');
    const mine = answer.producers.find(({ producer_id }) => producer_id === recorder.producerId);
    return mine?.closed === true ? mine : null;
  });
  expect(books).toMatchObject({
    issued: 400,
    stored: 400,
    dead_lettered: 0,
    rejected: 0,
    dropped: nothing,
    lost: nothing,
  });
  await transport.close();
  disconnect(redis);
  rmSync(root, { recursive: true });
}, 120_000);
