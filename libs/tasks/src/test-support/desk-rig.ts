import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createDatabase } from '@telltale/store/database';
import { findOrder, toOrder } from '@telltale/store/tasks';
import { createTaskQueue, type TaskQueue } from '@telltale/stream/task-queue';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { cancelTask } from '../change-task.ts';
import { createTask } from '../create-task.ts';
import type { DeskDeps } from '../desk-deps.ts';
import { createValueRedactor } from '../redact-values.ts';
import { createStoreTaskSource } from '../store-task-source.ts';
import type { SourceRig } from '../task-source-conformance.ts';

export type DeskRig = AsyncDisposable & SourceRig & { desk: DeskDeps; queue: TaskQueue; redisUrl: string };

/** Desk and source of the team `red` on a database and a Redis of their own. */
export async function openDeskRig({ leaseMs = 30_000 }: { leaseMs?: number } = {}): Promise<DeskRig> {
  const stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const redis = stack.use(await createTestRedis());
  const { kysely: db } = stack.use(createDatabase({ url: database.url, max: 4, applicationName: 'desk-test' }));
  const queue = stack.use(await createTaskQueue(redis.url));
  const teller = { newId: createUuidV7(), redact: createValueRedactor() };
  const log = createLog({ service: 'desk-test', level: 'silent' });
  const desk: DeskDeps = { db, queue, teller, leaseMs, clock: systemClock, log };
  const actor = 'user:ada';
  return {
    desk,
    queue,
    redisUrl: redis.url,
    source: createStoreTaskSource({ ...desk, teamId: 'red' }),
    async create({ crewId, inputs = {}, priority = 0, repoUrl }) {
      const body = { crew_id: crewId, inputs, priority, repo_url: repoUrl };
      return (await createTask(desk, { teamId: 'red', body, actor })).row.task_id;
    },
    async cancel(taskId) {
      await cancelTask(desk, { teamId: 'red', taskId, actor });
    },
    async state(taskId) {
      const row = await findOrder(db, { teamId: 'red', taskId });
      if (row === undefined) throw new Error(`no task ${taskId}`);
      return toOrder(row);
    },
    async told(taskId) {
      const rows = await db.selectFrom('task_outbox').select('records').orderBy('outbox_id').execute();
      return rows
        .flatMap(({ records }) => records)
        .filter((record) => record['task_id'] === taskId && record['event_type'] === 'status')
        .map((record) => `${String(record['status'])} ${String(record['attempt'])}`);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
