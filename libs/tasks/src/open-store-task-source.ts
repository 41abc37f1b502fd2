import type { Clock } from '@telltale/runtime/clock';
import type { Lifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { createDatabase } from '@telltale/store/database';
import { createTaskQueue } from '@telltale/stream/task-queue';
import { createValueRedactor } from './redact-values.ts';
import { createStoreTaskSource } from './store-task-source.ts';
import type { TaskSource } from './task-source.ts';

const statementTimeoutMs = 10_000;

/** Tasks of a team straight from store and queues; what is opened for it is closed with `life`. */
export async function openStoreTaskSource(
  life: Lifecycle,
  options: { databaseUrl: string; redisUrl: string; team: string; leaseMs: number; clock: Clock; log: Log },
): Promise<TaskSource> {
  const { databaseUrl, redisUrl, team, leaseMs, clock, log } = options;
  const database = createDatabase({
    url: databaseUrl,
    max: 3,
    applicationName: 'telltale-agent-runner',
    statementTimeoutMs,
    onIdleError: (error) => log.warn({ err: error }, 'an idle connection to PostgreSQL broke'),
  });
  life.use('database', database);
  const queue = life.use('task queues', await createTaskQueue(redisUrl));
  const teller = { newId: createUuidV7(clock.now), redact: createValueRedactor() };
  return createStoreTaskSource({ db: database.kysely, queue, teller, leaseMs, teamId: team, clock, log });
}
