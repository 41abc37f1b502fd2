import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { rollupLagMs } from '@telltale/store/rollup';
import { encodeSpans } from './otlp/encode-spans.ts';
import { startProduct } from './product-path.ts';
import { usageTable } from './report.ts';
import { startServers } from './servers.ts';
import { keySecret, startGateway } from './services.ts';
import { createUsageMeter } from './usage.ts';

/**
 * Spans over OTLP/HTTP (protobuf) through the whole product: taken in, stored, folded. Exits 1 when an answer was no 200, when
 * less than `--least` spans a second were taken in, or when not every span is one call. bench/README.md says more.
 */
const { values: flags } = parseArgs({
  options: {
    spans: { type: 'string', default: '300000' },
    batch: { type: 'string', default: '512' },
    clients: { type: 'string', default: '8' },
    least: { type: 'string', default: '10000' },
    /** Spans a second that are sent; 0: as fast as they are taken. */
    rate: { type: 'string', default: '0' },
  },
});
const [batch, clients, least] = [Number(flags.batch), Number(flags.clients), Number(flags.least)];
const rate = Number(flags.rate);
const requests = Math.ceil(Number(flags.spans) / batch);
const at = Date.now();
const bodies = Array.from({ length: requests }, (_, index) => encodeSpans({ request: index, count: batch, at }));
const spans = requests * batch;

const agent = new Agent({ keepAlive: true, maxSockets: clients });
const post = (url: string, key: string, body: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/x-protobuf',
      'content-length': body.length,
    };
    const sent = request(`${url}/v1/traces`, { agent, method: 'POST', headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });

await using servers = await startServers();
const folder = await mkdtemp(join(tmpdir(), 'telltale-bench-otlp-'));
await using product = await startProduct(servers, { database: 'otlp', collectors: 1 });
const gateway = await startGateway({ ...product.env, TELLTALE_DATA_DIR: folder, TELLTALE_TEAM_RATE: 'off' });
try {
  await using database = createDatabase({ url: product.databaseUrl, max: 1, applicationName: 'telltale-bench' });
  const principal = { kind: 'service', id: 'bench' } as const;
  const wanted = { teamId: 'bench', name: 'bench', principal, expiresAt: null, keySecret, actor: 'user:bench' };
  const { key } = await createKey(database.kysely, { ...wanted, scopes: ['ingest'] });
  using meter = createUsageMeter();
  meter.watch('gateway', gateway.child.pid);
  for (const { pid } of product.collectors) meter.watch('collector', pid);
  meter.watch('aggregator', product.aggregator.pid);
  meter.watch('postgres', servers.postgresPid, { tree: true });
  meter.watch('redis', servers.redisPid);
  meter.watch('clients', process.pid);
  meter.mark();

  const statuses = new Map<number, number>();
  let next = 0;
  let behindMs = 0;
  const looking = new AbortController();
  const looked = (async () => {
    while (!looking.signal.aborted) {
      behindMs = Math.max(behindMs, await rollupLagMs(database.kysely));
      await delay(1_000, undefined, { signal: looking.signal }).catch(() => {});
    }
  })();
  const stopLooking = async (): Promise<void> => {
    looking.abort();
    await looked;
  };
  // Before the database closes, whatever went wrong.
  await using lag = { stop: stopLooking, [Symbol.asyncDispose]: stopLooking };
  const start = performance.now();
  const client = async (): Promise<void> => {
    for (let place = next++, body = bodies[place]; body !== undefined; place = next++, body = bodies[place]) {
      if (rate > 0) await delay(Math.max(0, start + (place * batch * 1_000) / rate - performance.now()));
      const status = await post(gateway.url, key, body);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - start) / 1_000;
  const batches = requests * Math.ceil(batch / 1_000);
  // The gateway's own records are in the ledger, too.
  const until = async (column: 'batch_no' | 'folded_at'): Promise<void> => {
    for (let last = -1, moved = performance.now(); ;) {
      const sql = `select count(${column}) as n from batch_ledger where producer_id like 'body:%'`;
      const done = Number((await database.pool.query<{ n: string }>(sql)).rows[0]?.n ?? 0);
      if (done >= batches) return;
      if (done !== last) moved = performance.now();
      last = done;
      if (performance.now() - moved > 90_000) throw new Error(`only ${done} of ${batches} requests came through`);
      await delay(50);
    }
  };
  await until('batch_no');
  const storedSeconds = (performance.now() - start) / 1_000;
  await until('folded_at');
  const foldedSeconds = (performance.now() - start) / 1_000;
  await lag.stop();
  const rows = await database.pool.query<{ calls: string }>('select count(*) as calls from calls');
  const calls = Number(rows.rows[0]?.calls ?? 0);
  const perSecond = (during: number): string => Math.round(spans / during).toLocaleString('en-US');
  const answers = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  console.log(`${spans} spans in ${requests} requests of ${batch}, ${clients} clients, ${cpus().length} CPUs\n`);
  console.log(`taken in  ${perSecond(seconds)} spans/s (${seconds.toFixed(1)} s): ${answers}`);
  console.log(`stored    ${perSecond(storedSeconds)} spans/s (${storedSeconds.toFixed(1)} s)`);
  console.log(
    `folded    ${perSecond(foldedSeconds)} spans/s (${foldedSeconds.toFixed(1)} s), ${calls} calls; rollups at most ${(behindMs / 1_000).toFixed(1)} s behind\n`,
  );
  console.log(usageTable(meter.read()));
  // What is sent at a rate cannot be taken in faster.
  if (
    spans / seconds < (rate > 0 ? Math.min(least, rate * 0.98) : least) ||
    calls !== spans ||
    [...statuses.keys()].some((status) => status !== 200)
  ) {
    console.error(`\nNot ${least} spans a second, or not each of them taken in and counted once.`);
    process.exitCode = 1;
  }
} finally {
  agent.destroy();
  await gateway.child.stop();
  await rm(folder, { recursive: true, force: true });
}
