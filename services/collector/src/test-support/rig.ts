import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { StreamBatch } from '@telltale/contracts/batch';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createDatabase } from '@telltale/store/database';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { createBatchPublisher } from '@telltale/stream/publish-batch';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { readCollectorConfig } from '../config.ts';
import { createCollector } from '../service.ts';

export const lines = (count: number, agent: string): TelemetryRecord[] =>
  Array.from({ length: count }, (_, line) => aRecord('log_entry', { agent_id: agent, message: `line ${line}`, line }));

export const batchOf = (records: TelemetryRecord[], fields: Partial<StreamBatch> = {}): StreamBatch => ({
  v: 1,
  team_id: 'red',
  producer_id: randomUUID(),
  seq: 1,
  ids_hash: createHash('sha256').update(idsHashInput(records)).digest('hex'),
  received_at: new Date().toISOString(),
  rejected: 0,
  records,
  ...fields,
});

/** A database, a Redis and collectors on them, in this process or in one of their own. */
export async function createRig(server?: { url: string }) {
  const stack = new AsyncDisposableStack();
  const postgres = stack.use(await createTestDatabase());
  const redisUrl = server?.url ?? stack.use(await createTestRedis()).url;
  const database = stack.use(createDatabase({ url: postgres.url, max: 2, applicationName: 'rig' }));
  const redis = await connectWriter({ url: redisUrl, name: 'rig' });
  stack.defer(() => disconnect(redis));
  const env = {
    TELLTALE_DATABASE_URL: postgres.url,
    TELLTALE_REDIS_URL: redisUrl,
    TELLTALE_METRICS_PORT: 'off',
    NODE_ENV: 'test',
  };
  const query = async (text: string, values: unknown[] = []) =>
    (await database.pool.query<Record<string, unknown>>(text, values)).rows;

  return {
    redis,
    env,
    publisher: createBatchPublisher(redis),
    query,
    /** Rows and distinct ids of an agent's log lines. */
    async linesOf(agent: string): Promise<{ n: number; ids: number }> {
      const read = 'select count(*)::int as n, count(distinct id)::int as ids from log_line where agent_id = $1';
      const [row] = await query(read, [agent]);
      return { n: Number(row?.['n']), ids: Number(row?.['ids']) };
    },
    startCollector(more: Record<string, string> = {}) {
      const variables = { ...env, ...more };
      const log = createLog({ service: 'collector', level: 'silent' });
      return createCollector({ config: readCollectorConfig(variables), clock: systemClock, log });
    },
    /** A collector process; resolves when it has started. */
    async spawnCollector(failpoints: string): Promise<ChildProcess> {
      const main = new URL('../main.ts', import.meta.url).pathname;
      const child = spawn(process.execPath, [main], {
        env: { PATH: process.env['PATH'], ...env, TELLTALE_FAILPOINTS: failpoints },
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      stack.defer(() => {
        child.kill('SIGKILL');
      });
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`the collector ended with ${String(code)} before it had started`);
      });
      // After the start it may end: that is what it is for.
      ended.catch(() => {});
      await Promise.race([once(child, 'message'), ended]);
      return child;
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}
export type Rig = Awaited<ReturnType<typeof createRig>>;
