import { createLog } from '@telltale/runtime/log';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { createJobQueue, createJobWorker } from './queues.ts';
import { createFoldWaker } from './wake.ts';

const log = createLog({ service: 'test', level: 'silent' });

test('a declared job reaches its handler with its payload, and another payload is refused', async () => {
  await using server = await createTestRedis();
  await using queue = await createJobQueue(server.url);
  const seen: string[] = [];
  await using worker = await createJobWorker({
    redisUrl: server.url,
    log,
    handlers: {
      sample_crew: async ({ team_id }) => {
        seen.push(team_id);
      },
    },
  });
  await queue.enqueue('sample_crew', { team_id: 'red' }, { jobId: 'once' });
  await until(() => seen.length === 1);
  expect(seen).toEqual(['red']);
  await expect(queue.enqueue('sample_crew', { team_id: '' })).rejects.toThrow();
  expect(worker).toBeDefined();
});

test('a burst of wake-ups is a fold now and one more after it, never lost', async () => {
  await using server = await createTestRedis();
  await using queue = await createJobQueue(server.url);
  using waker = createFoldWaker({ queue, log });
  let folds = 0;
  await using worker = await createJobWorker({
    redisUrl: server.url,
    log,
    handlers: {
      fold: async () => {
        folds += 1;
      },
    },
  });
  for (let ask = 0; ask < 100; ask++) waker.wake();
  await until(() => folds === 2);
  for (let ask = 0; ask < 100; ask++) waker.wake();
  await until(() => folds >= 3);
  expect(folds).toBeLessThanOrEqual(4);
  expect(worker).toBeDefined();
});

test('a schedule brings its job again and again, however many instances ask for it', async () => {
  await using server = await createTestRedis();
  await using queue = await createJobQueue(server.url);
  await queue.scheduleEvery('fold', 100, {});
  await queue.scheduleEvery('fold', 100, {});
  let folds = 0;
  await using worker = await createJobWorker({
    redisUrl: server.url,
    log,
    handlers: {
      fold: async () => {
        folds += 1;
      },
    },
  });
  await until(() => folds >= 3);
  expect(worker).toBeDefined();
});

test('a job that fails of what passes by itself is a warning, and of anything else an error', async () => {
  await using server = await createTestRedis();
  await using queue = await createJobQueue(server.url);
  const lines: string[] = [];
  const heard = createLog({ service: 'test', level: 'silent' });
  const worker = await createJobWorker({
    redisUrl: server.url,
    log: Object.assign(heard, {
      warn: () => lines.push('warn'),
      error: () => lines.push('error'),
    }),
    isPassing: (error) => error instanceof Error && error.message === 'the database system is starting up',
    handlers: {
      sample_crew: async ({ team_id }) => {
        throw new Error(team_id === 'red' ? 'the database system is starting up' : 'a bug');
      },
    },
  });
  await queue.enqueue('sample_crew', { team_id: 'red' });
  await until(() => lines.length === 1);
  await queue.enqueue('sample_crew', { team_id: 'blue' });
  await until(() => lines.length === 2);
  expect(lines).toEqual(['warn', 'error']);
  await worker[Symbol.asyncDispose]();
});
