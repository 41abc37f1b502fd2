import { recordKinds } from '@telltale/contracts/records/record';
import { systemClock } from '@telltale/runtime/clock';
import { decodeBatch, entryFields } from '@telltale/stream/batch-codec';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { listHeartbeats } from '@telltale/stream/heartbeat';
import { keys, recordShards } from '@telltale/stream/keys';
import { createJobQueue } from '@telltale/stream/queues';
import { temporaryFolder } from '@telltale/sdk/test-support/temporary-folder';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { readAgentRunnerConfig } from './config.ts';
import { createAgentRunner } from './service.ts';
import { quietLog } from './test-support/watch-command.ts';

test('a job runs the sample crew of a team, and what it says is in the stream', async () => {
  await using testRedis = await createTestRedis();
  const dataDir = temporaryFolder();
  const config = readAgentRunnerConfig({
    PATH: process.env['PATH'],
    TELLTALE_REDIS_URL: testRedis.url,
    TELLTALE_DATA_DIR: dataDir,
  });
  const redis = await connectWriter({ url: testRedis.url, name: 'test' });
  const readBatches = async () => {
    const batches = [];
    for (const shard of recordShards) {
      for (const [, fields] of await redis.xrangeBuffer(keys.batches(shard), '-', '+')) {
        const payload = fields[fields.findIndex((field) => field.toString() === entryFields.payload) + 1];
        const decoded = payload === undefined ? undefined : decodeBatch(payload);
        if (decoded?.ok === true) batches.push(decoded.batch);
      }
    }
    return batches;
  };

  {
    await using _service = await createAgentRunner({ config, clock: systemClock, log: quietLog });
    await using queue = await createJobQueue(testRedis.url);
    await until(async () => (await listHeartbeats(redis, 'agent-runner')).length === 1);
    await queue.enqueue('sample_crew', { team_id: 'sample' });
    await until(
      async () =>
        (await readBatches())
          .flatMap(({ records }) => records)
          .filter((record) => record.kind === 'run_event' && record.event === 'ended').length === 4,
      { timeoutMs: 60_000, what: 'the end of the crew' },
    );
  }

  const batches = await readBatches();
  expect(new Set(batches.map(({ team_id }) => team_id))).toEqual(new Set(['sample']));
  const kinds = new Set(batches.flatMap(({ records }) => records.map(({ kind }) => kind)));
  expect([...kinds].filter((kind) => !recordKinds.includes(kind))).toEqual([]);
  expect(kinds).toEqual(
    new Set(['run_event', 'task_event', 'process_sample', 'log_entry', 'llm_call', 'tool_call', 'git_activity']),
  );
  expect(await listHeartbeats(redis, 'agent-runner')).toEqual([]);
  disconnect(redis);
});

test('a configuration that is not valid names every variable', () => {
  expect(() => readAgentRunnerConfig({ TELLTALE_REDIS_URL: 'http://x', TELLTALE_SAMPLE_INTERVAL: '10ms' })).toThrow(
    /TELLTALE_REDIS_URL[^]*TELLTALE_SAMPLE_INTERVAL/,
  );
});

test('the limits at which it stops publishing are those that the gateway beside it is given', () => {
  const env = { TELLTALE_REDIS_URL: 'redis://localhost:6379' };
  expect(readAgentRunnerConfig(env).intake).toEqual({ lagMs: 600_000, teamShare: 0.5 });
  const set = { ...env, TELLTALE_MAX_STREAM_LAG: '2m', TELLTALE_TEAM_SHARE: '20%' };
  expect(readAgentRunnerConfig(set).intake).toEqual({ lagMs: 120_000, teamShare: 0.2 });
});
