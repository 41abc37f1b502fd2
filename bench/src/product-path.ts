import { setTimeout as delay } from 'node:timers/promises';
import type { StreamBatch } from '@telltale/contracts/batch';
import { systemTeam } from '@telltale/contracts/system-team';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { createBatchPublisher, publishEncoded, type EncodedBatch } from '@telltale/stream/publish-batch';
import { Client } from 'pg';
import { type PathResult, publishAll } from './bare-path.ts';
import type { Child } from './children.ts';
import { measureRaw, measureSizes } from './raw-size.ts';
import type { Servers } from './servers.ts';
import { serviceEnvironment, startService } from './services.ts';
import { createUsageMeter } from './usage.ts';

/** A run of the product that is given up on after this long without progress. */
const patienceMs = 90_000;

/** The product's own collectors and aggregator on a database of their own, and the publisher that feeds them. */
export async function startProduct(servers: Servers, options: { database: string; collectors: number }) {
  const databaseUrl = await servers.createDatabase(options.database);
  const empty = await measureSizes(databaseUrl);
  const env = serviceEnvironment(databaseUrl, servers.redisUrl);
  const redis = await connectWriter({ url: servers.redisUrl, name: 'telltale-bench' });
  const aggregator = await startService('aggregator', env);
  const collectors: Child[] = [];
  for (let index = 0; index < options.collectors; index += 1) collectors.push(await startService('collector', env));
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { publish } = createBatchPublisher(redis);

  /** Batches of the load; what a gateway says of itself, once a second, is not counted. */
  const ledger = async (): Promise<{ stored: number; folded: number }> => {
    const { rows } = await client.query<{ stored: string; folded: string }>(
      'select count(*) as stored, count(folded_at) as folded from batch_ledger where team_id <> $1',
      [systemTeam],
    );
    return { stored: Number(rows[0]?.stored ?? 0), folded: Number(rows[0]?.folded ?? 0) };
  };

  return {
    databaseUrl,
    empty,
    env,
    aggregator,
    collectors,
    publish,
    publishEncoded: (batch: EncodedBatch) => publishEncoded(redis, batch),
    ledger,
    /** Adds another collector, as a supervisor does after one died. */
    async addCollector(): Promise<Child> {
      const child = await startService('collector', env);
      collectors.push(child);
      return child;
    },
    /** Waits until the ledger holds `batches` (folded ones, when asked); throws when nothing moves any more. */
    async waitFor(what: 'stored' | 'folded', batches: number): Promise<void> {
      let last = -1;
      let moved = performance.now();
      for (;;) {
        const counts = await ledger();
        if (counts[what] >= batches) return;
        if (counts[what] !== last) moved = performance.now();
        last = counts[what];
        if (performance.now() - moved > patienceMs) throw new Error(`only ${last} of ${batches} batches were ${what}`);
        await delay(50);
      }
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.all(collectors.map((child) => child.stop()));
      await aggregator.stop();
      await client.end();
      disconnect(redis);
    },
  };
}
export type Product = Awaited<ReturnType<typeof startProduct>>;

export type ProductResult = PathResult & {
  collectors: number;
  /** Until every batch was folded into the rollups too. */
  foldedSeconds: number;
  killed: boolean;
};

/** Publishes everything as fast as it goes; with `kill`, a collector gets a SIGKILL when 40 % is stored. */
export async function runProductPath(
  product: Product,
  servers: Servers,
  batches: readonly StreamBatch[],
  options: { kill: boolean },
): Promise<ProductResult> {
  using meter = createUsageMeter();
  for (const [index, child] of product.collectors.entries()) meter.watch(`collector ${index + 1}`, child.pid);
  meter.watch('aggregator', product.aggregator.pid);
  meter.watch('postgres', servers.postgresPid, { tree: true });
  meter.watch('redis', servers.redisPid);
  meter.watch('publisher', process.pid);
  meter.mark();
  const start = performance.now();
  const secondsSince = (): number => (performance.now() - start) / 1000;

  const murder = async (): Promise<void> => {
    await product.waitFor('stored', Math.floor(batches.length * 0.4));
    const victim = product.collectors[0];
    if (victim === undefined) return;
    process.kill(victim.pid, 'SIGKILL');
    await victim.exited;
    meter.watch('collector after the kill', (await product.addCollector()).pid);
  };
  const work: Promise<unknown>[] = [publishAll(batches, product.publish), product.waitFor('stored', batches.length)];
  if (options.kill) work.push(murder());
  await Promise.all(work);
  const seconds = secondsSince();
  await product.waitFor('folded', batches.length);
  const foldedSeconds = secondsSince();
  const usage = meter.read();
  const records = batches.reduce((sum, batch) => sum + batch.records.length, 0);
  return {
    seconds,
    recordsPerSecond: records / seconds,
    foldedSeconds,
    usage,
    size: await measureRaw(product.databaseUrl, records, product.empty),
    collectors: product.collectors.length,
    killed: options.kill,
  };
}
