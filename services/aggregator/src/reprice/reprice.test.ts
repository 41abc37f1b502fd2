import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { overridesFile, type OverridesInput } from '@telltale/contracts/price-rows';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { findReprice, requestReprice, setPrices } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { compareWithRaw, foldTeam } from '@telltale/store/rollup';
import { createJobQueue } from '@telltale/stream/queues';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { readAggregatorConfig } from '../config.ts';
import { createAggregator } from '../service.ts';

const team = 'red';
const unknown = { cost_usd: null, cost_source: 'unknown', price_version: 'old' };

async function createRig() {
  const stack = new AsyncDisposableStack();
  const postgres = stack.use(await createTestDatabase());
  const redisUrl = stack.use(await createTestRedis()).url;
  const database = stack.use(createDatabase({ url: postgres.url, max: 2, applicationName: 'rig' }));
  const queue = stack.use(await createJobQueue(redisUrl));
  const env = {
    TELLTALE_DATABASE_URL: postgres.url,
    // The days of these records are never past it.
    TELLTALE_RETENTION_RAW: '10000d',
    TELLTALE_RETENTION_ROLLUPS: '10000d',
    TELLTALE_REDIS_URL: redisUrl,
    TELLTALE_METRICS_PORT: 'off',
    NODE_ENV: 'test',
  };
  const db = database.kysely;
  return {
    db,
    queue,
    /** Stores and folds calls that nobody could price. */
    async store(records: TelemetryRecord[]) {
      const batch = {
        v: 1 as const,
        team_id: team,
        producer_id: randomUUID(),
        seq: 1,
        ids_hash: '0'.repeat(64),
        rejected: 0,
      };
      const costs = new Map(records.map((_, index) => [index, unknown]));
      await storeBatches(database.pool, [
        { batch: { ...batch, received_at: new Date().toISOString(), records }, costs },
      ]);
      await foldTeam(db, team);
    },
    /** Sets prices as if long ago: no collector prices by older ones any more. */
    async setPrices(input: Omit<OverridesInput, 'version'>) {
      const { prices, default_price: defaultPrice } = overridesFile.parse({ version: 1, ...input });
      await setPrices(db, { teamId: team, prices, defaultPrice, actor: 'user:test' });
      await database.pool.query(`update price_list set changed_at = now() - interval '1 minute'`);
    },
    ask: (wish: { dryRun?: boolean } = {}) =>
      requestReprice(db, {
        teamId: team,
        from: null,
        to: null,
        model: null,
        dryRun: false,
        actor: 'user:test',
        ...wish,
      }),
    ended: (id: string) =>
      until(async () => {
        const found = await findReprice(db, team, id);
        return found?.ended_at === null ? null : found;
      }),
    async totals() {
      const { rows } = await database.pool.query<{ cost_usd: string | null; unpriced: number; estimated: number }>(
        `select cost_usd::text, unpriced_calls::int as unpriced, estimated_calls::int as estimated from rollup
        where team_id = $1 and cube = 'team' and grain = 0`,
        [team],
      );
      return rows[0];
    },
    startAggregator: () =>
      createAggregator({
        config: readAggregatorConfig(env),
        clock: systemClock,
        log: createLog({ service: 'aggregator', level: 'silent' }),
      }),
    /** An aggregator process that dies at the failpoint; resolves to the signal that ended it. */
    async runUntilKilled(failpoints: string) {
      const main = new URL('../main.ts', import.meta.url).pathname;
      const child = spawn(process.execPath, [main], {
        env: { PATH: process.env['PATH'], ...env, TELLTALE_FAILPOINTS: failpoints },
        stdio: 'ignore',
      });
      stack.defer(() => {
        child.kill('SIGKILL');
      });
      const [, signal] = await once(child, 'exit');
      return signal as string | null;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const call = (fields: object = {}) =>
  aRecord('llm_call', { model: 'house-model', input_tokens: 1_000, output_tokens: 10, ...fields });

test('unknown calls become priced by dated rows and a discount, and nothing is partial any more', async () => {
  await using rig = await createRig();
  await rig.store([
    call({ at: '2026-11-01T12:00:00.000Z' }),
    call({ at: '2026-11-10T12:00:00.000Z' }),
    call({ at: '2026-11-10T12:00:00.000Z', model: 'nobody-knows' }),
  ]);
  expect(await rig.totals()).toEqual({ cost_usd: null, unpriced: 3, estimated: null });
  await rig.setPrices({
    prices: [
      { model: 'house-model', per_million: { input: '1', output: '3' } },
      { model: 'house-model', from: '2026-11-05', per_million: { input: '2', output: '3' }, discount: 0.1 },
    ],
    default_price: { per_million: { input: '0.000001', output: 0 } },
  });
  await using aggregator = await rig.startAggregator();
  expect(aggregator).toBeDefined();
  const id = await rig.ask();
  await rig.queue.enqueue('reprice', { team_id: team, reprice_id: id });
  const row = await rig.ended(id);
  // 0.00103, (0.002 + 0.00003) × 0.9 and a thousand tokens at a millionth of a dollar a million.
  const sum = '0.002857001';
  expect(row).toMatchObject({
    state: 'done',
    calls: 3,
    changed_calls: 3,
    before_usd: '0',
    before_unpriced: 3,
    after_unpriced: 0,
  });
  expect(Number(row.after_usd)).toBe(Number(sum));
  expect((await rig.totals())?.cost_usd).toMatch(new RegExp(`^${sum}0*$`));
  expect(await rig.totals()).toMatchObject({ unpriced: 0, estimated: 1 });
});

test('an aggregator killed in the middle of a repricing is followed by one that finishes it exactly', async () => {
  await using rig = await createRig();
  const count = 6_000;
  await rig.store(Array.from({ length: count }, (_, index) => call({ session_id: `session-${index % 7}` })));
  await rig.setPrices({ prices: [{ model: 'house-model', per_million: { input: '0.123456', output: 0 } }] });
  const id = await rig.ask();
  expect(await rig.runUntilKilled('aggregator.reprice_before_commit=kill@2')).toBe('SIGKILL');
  expect(await findReprice(rig.db, team, id)).toMatchObject({ state: 'running', calls: 5_000 });

  // Nobody asks again: the service finds by itself what was left open.
  await using aggregator = await rig.startAggregator();
  expect(aggregator).toBeDefined();
  expect(await rig.ended(id)).toMatchObject({ state: 'done', calls: count, changed_calls: count, after_unpriced: 0 });
  expect((await rig.totals())?.cost_usd).toMatch(/^0\.7407360*$/);
  const now = Date.now();
  const range = { from: new Date(now - 3_600_000), to: new Date(now + 60_000) };
  expect(await compareWithRaw(rig.db, team, range)).toMatchObject({ differing: 0, strayRecords: 0 });
});
