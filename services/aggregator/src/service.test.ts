import { randomUUID } from 'node:crypto';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { compareWithRaw } from '@telltale/store/rollup';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { listHeartbeats } from '@telltale/stream/heartbeat';
import { keys, liveShardOf } from '@telltale/stream/keys';
import { createJobQueue } from '@telltale/stream/queues';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { readAggregatorConfig } from './config.ts';
import { createAggregator } from './service.ts';

const log = createLog({ service: 'aggregator', level: 'silent' });

async function createRig() {
  const stack = new AsyncDisposableStack();
  const postgres = stack.use(await createTestDatabase());
  const redisUrl = stack.use(await createTestRedis()).url;
  const database = stack.use(createDatabase({ url: postgres.url, max: 2, applicationName: 'rig' }));
  const redis = await connectWriter({ url: redisUrl, name: 'rig' });
  stack.defer(() => disconnect(redis));
  const queue = stack.use(await createJobQueue(redisUrl));
  const env = {
    TELLTALE_DATABASE_URL: postgres.url,
    TELLTALE_REDIS_URL: redisUrl,
    TELLTALE_METRICS_PORT: 'off',
    NODE_ENV: 'test',
  };
  return {
    db: database.kysely,
    redis,
    queue,
    async rows(text: string): Promise<Record<string, unknown>[]> {
      return (await database.pool.query<Record<string, unknown>>(text)).rows;
    },
    /** Stores one batch, as a collector does, without waking anybody. */
    store: (records: TelemetryRecord[], team = 'red') =>
      storeBatches(database.pool, [
        {
          batch: {
            v: 1,
            team_id: team,
            producer_id: randomUUID(),
            seq: 1,
            ids_hash: '0'.repeat(64),
            received_at: new Date().toISOString(),
            rejected: 0,
            records,
          },
          costs: new Map(
            records.map((_, index) => [index, { cost_usd: '0.25', cost_source: 'computed', price_version: 'v1' }]),
          ),
        },
      ]),
    startAggregator(failpoints?: string) {
      const variables = failpoints === undefined ? env : { ...env, TELLTALE_FAILPOINTS: failpoints };
      return createAggregator({ config: readAggregatorConfig(variables), clock: systemClock, log });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test.concurrent('what a collector committed is folded by the tick alone, and viewers hear the new totals', async () => {
  await using rig = await createRig();
  await rig.redis.set(keys.viewers('red'), '1', 'PX', 60_000);
  await using aggregator = await rig.startAggregator();
  expect(aggregator).toBeDefined();
  await rig.store([
    aRecord('llm_call', { agent_id: 'builder', model: 'small', input_tokens: 10, output_tokens: 5, run_id: 'run-1' }),
    aRecord('run_event', { agent_id: 'builder', run_id: 'run-1', event: 'ended', reason: 'failed' }),
  ]);
  const [entry] = await until(async () => {
    const entries = await rig.redis.xrange(keys.live(liveShardOf('red')), '-', '+');
    return entries.length > 0 ? entries : null;
  });
  expect(JSON.parse(entry?.[1][5] ?? '')).toEqual({
    totals: {
      agents: [
        {
          agent_id: 'builder',
          token_usage: {
            model: 'small',
            input_tokens: 10,
            output_tokens: 5,
            cache_read_tokens: 0,
            cache_write_tokens: 0,
            total_tokens: 15,
            cost_usd: 0.25,
            unpriced_calls: 0,
          },
        },
      ],
      team: {
        sums: expect.objectContaining({ llm_calls: 1, total_tokens: 15, cost_usd: 0.25, partial: false }),
        agents: 1,
        running: 0,
        failing: 1,
        spend_today_usd: 0.25,
        unpriced_calls_today: 0,
        delivery_lag_ms: expect.any(Number),
      },
    },
  });
});

test.concurrent('a team nobody watches gets no live entries, and its heartbeat tells what was folded', async () => {
  await using rig = await createRig();
  await using aggregator = await rig.startAggregator();
  expect(aggregator).toBeDefined();
  await rig.store([aRecord('tool_call'), aRecord('log_entry')]);
  const [beat] = await until(async () => {
    const beats = await listHeartbeats(rig.redis, 'aggregator');
    return Number(beats[0]?.details['records']) === 2 ? beats : null;
  });
  expect(beat?.details).toMatchObject({ folds: 1, batches: 1, failures: 0, reason: null, rollup_lag_ms: 0 });
  expect(await rig.redis.exists(keys.live(liveShardOf('red')))).toBe(0);
});

test.concurrent('a team whose fold fails does not keep the others waiting, and is folded once it can be', async () => {
  await using rig = await createRig();
  await rig.rows(`create function refuse() returns trigger language plpgsql as $$
    begin if new.team_id = 'bad' then raise exception 'not now'; end if; return new; end $$`);
  await rig.rows('create trigger refuse before insert on agent for each row execute function refuse()');
  await rig.store([aRecord('log_entry')], 'bad');
  await rig.store([aRecord('log_entry')], 'good');
  await using aggregator = await rig.startAggregator();
  expect(aggregator).toBeDefined();
  const unfolded = async () =>
    (await rig.rows('select team_id from batch_ledger where folded_at is null')).map((row) => row['team_id']);
  await until(async () => !(await unfolded()).includes('good'));
  expect(await unfolded()).toEqual(['bad']);
  await until(async () => (await listHeartbeats(rig.redis, 'aggregator'))[0]?.details['reason'] === 'not now');
  await rig.rows('drop trigger refuse on agent');
  await until(async () => (await unfolded()).length === 0);
});

test.concurrent('several aggregators, one of which fails before each commit, fold everything once', async () => {
  await using rig = await createRig();
  await using failing = await rig.startAggregator('aggregator.before_commit=throw');
  await using sound = await rig.startAggregator();
  expect([failing, sound]).toHaveLength(2);
  for (let batch = 0; batch < 30; batch++) {
    await rig.store([aRecord('tool_call'), aRecord('llm_call', { request_id: `request-${batch % 7}` })]);
    await rig.queue.enqueue('fold', {});
  }
  await until(async () => (await rig.rows('select 1 from batch_ledger where folded_at is null')).length === 0);
  const [team] = await rig.rows(`select tool_calls, llm_calls, cost_usd from rollup where cube = 'team' and grain = 0`);
  expect(team).toEqual({ tool_calls: 30, llm_calls: 7, cost_usd: '1.75' });
  const hour = { from: new Date(Date.now() - 3_600_000), to: new Date() };
  expect(await compareWithRaw(rig.db, 'red', hour)).toMatchObject({ differing: 0, strayRecords: 0 });
});

test.concurrent('the hourly check tells in the heartbeat what it found, and rows of past days are put in order', async () => {
  await using rig = await createRig();
  await using aggregator = await rig.startAggregator();
  expect(aggregator).toBeDefined();
  const past = new Date(Date.now() - 2 * 86_400_000).toISOString();
  await rig.store([aRecord('tool_call', { tool_name: 'grep' }), aRecord('tool_call', { at: past })]);
  await until(async () => (await rig.rows('select 1 from batch_ledger where folded_at is null')).length === 0);
  const check = async (): Promise<unknown> => (await listHeartbeats(rig.redis, 'aggregator'))[0]?.details['check'];
  await rig.queue.enqueue('check_rollups', {});
  await until(async () => ((await check()) as { teams?: number } | null)?.teams === 1);
  expect(await check()).toMatchObject({ differing: 0, stray_records: 0 });
  await until(async () => (await rig.rows('select 1 from tidied_quarters')).length === 1);
  await rig.rows(`update rollup set tool_calls = 5 where cube = 'tool' and grain = 15`);
  await rig.queue.enqueue('check_rollups', {});
  await until(async () => Number(((await check()) as { differing?: number } | null)?.differing) > 0);
});

test.concurrent('rows that differ are told of soon after a restart, too', async () => {
  await using rig = await createRig();
  const check = async (): Promise<unknown> => (await listHeartbeats(rig.redis, 'aggregator'))[0]?.details['check'];
  const differing = async (): Promise<number> => ((await check()) as { differing?: number } | null)?.differing ?? -1;
  {
    await using aggregator = await rig.startAggregator();
    expect(aggregator).toBeDefined();
    await rig.store([aRecord('tool_call', { tool_name: 'grep' })]);
    await until(async () => (await rig.rows('select 1 from batch_ledger where folded_at is null')).length === 0);
    await until(async () => (await differing()) === 0);
    await rig.rows(`update rollup set tool_calls = 5 where cube = 'tool' and grain = 15`);
  }
  await using again = await rig.startAggregator();
  expect(again).toBeDefined();
  await until(async () => (await differing()) > 0);
});

test.concurrent('partitions of the coming week are there after a start', async () => {
  await using rig = await createRig();
  const inAWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  // Not there yet where midnight passed since the database was made.
  await rig.rows(`drop table if exists llm_call_${inAWeek}`);
  await using aggregator = await rig.startAggregator();
  expect(aggregator).toBeDefined();
  const [found] = await rig.rows(`select to_regclass('llm_call_${inAWeek}')::text as name`);
  expect(found).toEqual({ name: `llm_call_${inAWeek}` });
});

test.concurrent('imported history gets days of its own, and the heartbeat tells what retention left', async () => {
  await using rig = await createRig();
  await using aggregator = await rig.startAggregator();
  expect(aggregator).toBeDefined();
  const at = new Date(Date.now() - 90 * 86_400_000).toISOString();
  const partition = `tool_call_${at.slice(0, 10).replaceAll('-', '')}`;
  await rig.store([aRecord('tool_call', { at }), aRecord('tool_call', { at: '1999-01-01T00:00:00.000Z' })]);
  await rig.queue.enqueue('retention', {});
  await until(
    async () => (await rig.rows(`select to_regclass('${partition}')::text as name`))[0]?.['name'] === partition,
  );
  const told = async (): Promise<unknown> => (await listHeartbeats(rig.redis, 'aggregator'))[0]?.details['retention'];
  await until(async () => ((await told()) as { quarantined?: number } | null)?.quarantined === 1);
  expect(await told()).toMatchObject({ expired: 0, over_size: false, waiting: 0, quarantined: 1 });
});
