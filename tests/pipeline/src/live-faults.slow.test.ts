import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createLiveClient } from '@telltale/sdk/live-client';
import { openRecorder } from '@telltale/sdk/open-recorder';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { startProduct, type Product, type ServiceName } from './start-product.ts';

/** Hears an agent's lines as a page does: what a snapshot shows and what comes after it, each once. */
function listen(url: string, apiKey: string, agent_id: string) {
  const client = createLiveClient({
    url,
    apiKey,
    subscription: { agent_id, rate: 4, events: ['log_entry'] },
    backoff: { minMs: 50, maxMs: 250 },
  });
  const lines = new Set<string>();
  const shown = new Set<string>();
  const doubled: string[] = [];
  client.on('snapshot', (snapshot) => {
    shown.clear();
    if (!('activity_logs' in snapshot)) return;
    for (const { message } of snapshot.activity_logs) {
      shown.add(message);
      lines.add(message);
    }
  });
  client.on('log_entry', ({ items }) => {
    for (const { message } of items) {
      if (shown.has(message)) doubled.push(message);
      shown.add(message);
      lines.add(message);
    }
  });
  return { client, lines, doubled };
}

async function kill(product: Product, name: ServiceName): Promise<void> {
  const { child } = product.service(name);
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
}

test('viewers miss no line and hear none twice while the collector dies after a commit, the gateway restarts, and Redis is wiped and restarted', async () => {
  await using redisServer = await startPrivateRedis();
  await using product = await startProduct({ redisUrl: redisServer.url });
  const root = mkdtempSync(join(tmpdir(), 'live-faults-'));
  const transport = createHttpTransport({ url: product.url, key: product.key, team: 'default', timeoutMs: 5_000 });
  const recorder = await openRecorder({
    transport,
    url: product.url,
    team: 'default',
    spoolRoot: root,
    identity: { agent_id: 'steady' },
    newId: createUuidV7(),
    clock: systemClock,
    log: createLog({ service: 'test', level: 'silent' }),
    limits: { records: 5 },
  });
  const viewers = Array.from({ length: 5 }, () => listen(product.url, product.key, 'steady'));
  let said = 0;
  const say = (count: number): void => {
    for (let line = 0; line < count; line += 1, said += 1) {
      recorder.record({ kind: 'log_entry', level: 'info', source: 'system', message: `line ${said}` });
    }
  };
  /** No fault is longer than what a fresh snapshot shows: 50 lines. */
  const heard = (when: string): Promise<unknown> =>
    until(() => viewers.every(({ lines }) => lines.size === said), { timeoutMs: 60_000, what: `every line ${when}` });

  await until(() => viewers.every(({ client }) => client.state() === 'live'), { what: 'the viewers live' });
  say(20);
  await heard('before any fault');

  await kill(product, 'collector');
  await product.restart('collector', { NODE_ENV: 'test', TELLTALE_FAILPOINTS: 'collector.after_commit=kill' });
  const dead = new Promise((done) => product.service('collector').child.once('exit', done));
  say(10);
  await dead;
  await product.restart('collector');
  await heard('after the collector died between its commit and what it tells the viewers');

  await kill(product, 'gateway');
  say(10);
  await product.restart('gateway');
  say(10);
  await heard('after the gateway was killed');

  const redis = await connectWriter({ url: redisServer.url, name: 'test' });
  say(10);
  await redis.flushall();
  say(10);
  await heard('after Redis was wiped');
  disconnect(redis);

  redisServer.kill();
  say(10);
  await redisServer.restart();
  say(10);
  await heard('after Redis was killed');

  // Everyone away at once, and back at once.
  for (const { client } of viewers) client.pause();
  say(20);
  for (const { client } of viewers) client.resume();
  await heard('after all came back together');
  expect(viewers.map(({ doubled }) => doubled)).toEqual(viewers.map(() => []));

  for (const { client } of viewers) client[Symbol.dispose]();
  await recorder.close();
  await transport.close();
  rmSync(root, { recursive: true });
}, 180_000);
