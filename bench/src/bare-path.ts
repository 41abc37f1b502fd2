import type { StreamBatch } from '@telltale/contracts/batch';
import { Redis } from 'ioredis';
import { startChild } from './children.ts';
import { measureRaw, measureSizes, type RawSize } from './raw-size.ts';
import type { Servers } from './servers.ts';
import { createUsageMeter, type Usage } from './usage.ts';

export type PathResult = { seconds: number; recordsPerSecond: number; usage: Map<string, Usage>; size: RawSize };

/** Batches on their way to Redis at once; more does not help one connection. */
const inFlight = 16;

/** Sends every batch with `publish`, `inFlight` at a time, as fast as it goes. */
export async function publishAll(
  batches: readonly StreamBatch[],
  publish: (batch: StreamBatch) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const sender = async (): Promise<void> => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) await publish(batch);
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
}

/**
 * The least that can be done with the same records on the same servers: XADD of whole batches, XREADGROUP, COPY of the
 * same rows (log lines in chunks) into the same tables with the same indexes. What the product costs on top is the price of its guarantees.
 */
export async function runBarePath(servers: Servers, batches: readonly StreamBatch[]): Promise<PathResult> {
  const databaseUrl = await servers.createDatabase('bare');
  const empty = await measureSizes(databaseUrl);
  const stream = 'bench:bare';
  const redis = new Redis(servers.redisUrl);
  using meter = createUsageMeter();
  const consumer = await startChild(new URL('./bare-consumer.ts', import.meta.url), {
    args: [servers.redisUrl, databaseUrl, stream, String(batches.length)],
  });
  meter.watch('bare reader', consumer.pid);
  meter.watch('postgres', servers.postgresPid, { tree: true });
  meter.watch('redis', servers.redisPid);
  meter.watch('publisher', process.pid);
  meter.mark();
  const start = performance.now();
  await publishAll(batches, async (batch) => redis.xadd(stream, '*', 'batch', JSON.stringify(batch)));
  const code = await consumer.exited;
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`the bare path's reader ended with code ${code}`);
  const usage = meter.read();
  await redis.del(stream);
  redis.disconnect();
  const records = batches.reduce((sum, batch) => sum + batch.records.length, 0);
  const size = await measureRaw(databaseUrl, records, empty);
  return { seconds, recordsPerSecond: records / seconds, usage, size };
}
