import type { Clock } from '@telltale/runtime/clock';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import type { Db } from '@telltale/store/tasks';
import { createTaskQueue } from '@telltale/stream/task-queue';
import type { DeskDeps } from '@telltale/tasks/desk-deps';
import { createValueRedactor } from '@telltale/tasks/redact-values';
import { sweepTasks } from '@telltale/tasks/sweep-tasks';
import type { Relay } from '../telemetry/relay.ts';
import { startOutboxPublisher } from './publish-outbox.ts';
import { keepTasksTidy } from './tidy-tasks.ts';

export type OpenTasks = AsyncDisposable & { desk: DeskDeps; wakeOutbox: () => void };

/** What tasks need beside their routes: queues, the publisher of what happens to them, and who looks after both. */
export async function openTasks(options: {
  db: Db;
  redisUrl: string;
  relay: Pick<Relay, 'accept'>;
  leaseMs: number;
  clock: Clock;
  log: Log;
}): Promise<OpenTasks> {
  const { db, redisUrl, relay, leaseMs, clock, log } = options;
  const life = createLifecycle({ log });
  const queue = life.use('task queues', await createTaskQueue(redisUrl));
  const teller = { newId: createUuidV7(clock.now), redact: createValueRedactor() };
  const desk: DeskDeps = { db, queue, teller, leaseMs, clock, log };
  const outbox = life.use('task outbox', startOutboxPublisher({ db, relay, clock, log }));
  life.use('task sweep', sweepTasks(desk));
  life.use('old tasks', keepTasksTidy({ db, clock, log }));
  return { desk, wakeOutbox: outbox.wake, [Symbol.asyncDispose]: () => life[Symbol.asyncDispose]() };
}
