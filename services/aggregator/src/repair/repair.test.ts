import { randomUUID } from 'node:crypto';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { findRepair, requestRepair } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { compareWithRaw, foldTeam } from '@telltale/store/rollup';
import { createJobQueue } from '@telltale/stream/queues';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAggregatorConfig } from '../config.ts';
import { createAggregator } from '../service.ts';
import { repairWork } from './repair-work.ts';

const teamId = 'red';
const range = { from: new Date('2026-11-01T10:00:00.000Z'), to: new Date('2026-11-03T10:00:00.000Z') };
const stack = new AsyncDisposableStack();
let rig: Awaited<ReturnType<typeof createRig>>;

async function createRig() {
  const postgres = stack.use(await createTestDatabase());
  const redisUrl = stack.use(await createTestRedis()).url;
  const { kysely: db, pool } = stack.use(createDatabase({ url: postgres.url, max: 2, applicationName: 'rig' }));
  const queue = stack.use(await createJobQueue(redisUrl));
  const records: TelemetryRecord[] = ['2026-11-01T12:00:00.000Z', '2026-11-02T12:00:00.000Z'].flatMap((at) => [
    aRecord('llm_call', { at, input_tokens: 100, output_tokens: 10, duration_ms: 50 }),
    aRecord('tool_call', { at, duration_ms: 5 }),
  ]);
  const batch = { v: 1 as const, team_id: teamId, producer_id: randomUUID(), seq: 1, ids_hash: '0'.repeat(64) };
  const received = { ...batch, rejected: 0, received_at: new Date().toISOString(), records };
  await storeBatches(pool, [{ batch: received, costs: new Map() }]);
  await foldTeam(db, teamId);
  const env = {
    TELLTALE_DATABASE_URL: postgres.url,
    TELLTALE_REDIS_URL: redisUrl,
    TELLTALE_METRICS_PORT: 'off',
    // The days of these records are never past it.
    TELLTALE_RETENTION_RAW: '10000d',
    TELLTALE_RETENTION_ROLLUPS: '10000d',
  };
  const log = createLog({ service: 'aggregator', level: 'silent' });
  stack.use(await createAggregator({ config: readAggregatorConfig(env), clock: systemClock, log }));
  return {
    run: (statement: string) => pool.query(statement),
    compare: () => compareWithRaw(db, teamId, range),
    async repair() {
      const id = await requestRepair(db, { teamId, ...range, actor: 'user:test' });
      await queue.enqueue('repair', { team_id: teamId, repair_id: id });
      return until(async () => {
        const found = await findRepair(db, teamId, id);
        return found?.ended_at === null ? null : found;
      });
    },
  };
}

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => stack.disposeAsync());

test('wrong, missing and foreign rows are counted and made right, over several days', async () => {
  await rig.run(`update rollup set input_tokens = 7 where cube = 'team' and grain = 15`);
  await rig.run(`delete from rollup where cube = 'model' and bucket::date = '2026-11-02'`);
  await rig.run(`delete from rollup_bin where grain = 15`);
  const wrong = await rig.compare();
  expect(wrong.differing).toBeGreaterThan(4);
  const repaired = await rig.repair();
  expect(repaired).toMatchObject({ state: 'done', error: null, repaired_to: range.to });
  expect(repaired?.differing).toBeGreaterThan(4);
  expect(await rig.compare()).toMatchObject({ differing: 0, strayRecords: 0 });
});

test('where all is right nothing differs, and it stays right', async () => {
  expect(await rig.repair()).toMatchObject({ state: 'done', differing: 0 });
  expect(await rig.compare()).toMatchObject({ differing: 0 });
});

test('a day whose records are gone keeps its totals', async () => {
  const totals = async () =>
    (await rig.run(`select bucket, llm_calls, input_tokens from rollup where cube = 'team' order by grain, bucket`))
      .rows;
  const before = await totals();
  await rig.run(`delete from llm_call where at::date = '2026-11-02'`);
  await rig.run(`delete from tool_call where at::date = '2026-11-02'`);
  expect(await rig.repair()).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('2026-11-02'),
    repaired_to: new Date('2026-11-02T00:00:00.000Z'),
  });
  expect(await totals()).toEqual(before);
});

test('a day of another team is made anew between two days of a long repair', async () => {
  await using postgres = await createTestDatabase();
  await using database = createDatabase({ url: postgres.url, max: 2, applicationName: 'rig' });
  const { kysely: db, pool } = database;
  const store = async (team_id: string, days: readonly string[]) => {
    const records = days.map((day) => aRecord('tool_call', { at: `${day}T12:00:00.000Z`, duration_ms: 5 }));
    const batch = { v: 1 as const, team_id, producer_id: randomUUID(), seq: 1, ids_hash: '0'.repeat(64) };
    const received = { ...batch, rejected: 0, received_at: new Date().toISOString(), records };
    await storeBatches(pool, [{ batch: received, costs: new Map() }]);
    await foldTeam(db, team_id);
  };
  await store('long', ['2026-11-01', '2026-11-02', '2026-11-03']);
  await store('short', ['2026-11-02']);
  const ask = async (team: string, from: string, to: string) => ({
    team_id: team,
    repair_id: await requestRepair(db, { teamId: team, from: new Date(from), to: new Date(to), actor: 'user:test' }),
  });
  const long = await ask('long', '2026-11-01T00:00:00.000Z', '2026-11-04T00:00:00.000Z');
  const short = await ask('short', '2026-11-02T00:00:00.000Z', '2026-11-03T00:00:00.000Z');
  const log = createLog({ service: 'aggregator', level: 'silent' });
  await repairWork({ db, clock: systemClock, log }, long, new AbortController().signal);
  const [first, second] = [
    await findRepair(db, 'short', short.repair_id),
    await findRepair(db, 'long', long.repair_id),
  ];
  expect([first?.state, second?.state]).toEqual(['done', 'done']);
  expect(Number(first?.ended_at)).toBeLessThan(Number(second?.ended_at));
});
