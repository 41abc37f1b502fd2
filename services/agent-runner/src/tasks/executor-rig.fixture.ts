import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { startScriptedGateway } from '@telltale/sdk/test-support/scripted-gateway';
import type { TaskSource } from '@telltale/tasks/task-source';
import { openDeskRig, type DeskRig } from '@telltale/tasks/test-support/desk-rig';
import { until } from '@telltale/testkit/until';
import { crewsFile, type Crews } from '../crews/crew-profile.ts';
import type { z } from 'zod';
import { startTestKeeper, type TestKeeper } from '../test-support/test-keeper.ts';
import { quietLog } from '../test-support/watch-command.ts';
import { createTaskExecutor, type TaskExecutor } from './task-executor.ts';
import type { TaskHooks } from './task-hooks.ts';

export type ExecutorRig = AsyncDisposable & {
  desk: DeskRig;
  keeper: TestKeeper;
  folder: string;
  start(
    crews: z.input<typeof crewsFile>,
    more?: { hooks?: TaskHooks; runnerId?: string; source?: TaskSource },
  ): Promise<TaskExecutor & { change(crews: z.input<typeof crewsFile>): void }>;
  /** Waits until the task has ended, and hands back its state. */
  ended(taskId: string): ReturnType<DeskRig['state']>;
};

/** A real keeper, store and queue; executors of one runner, started by the test. */
export async function openExecutorRig(): Promise<ExecutorRig> {
  const stack = new AsyncDisposableStack();
  const gateway = stack.use(await startScriptedGateway());
  const keeper = stack.use(await startTestKeeper(gateway.url));
  const desk = stack.use(await openDeskRig());
  const remove = (path: string) => rmSync(path, { recursive: true, force: true });
  const folder = stack.adopt(mkdtempSync(join(tmpdir(), 'telltale-tasks-')), remove);
  return {
    desk,
    keeper,
    folder,
    async start(given, { hooks = {}, runnerId = 'runner-1', source = desk.source } = {}) {
      let crews: Crews = crewsFile.parse(given);
      const executor = createTaskExecutor({
        source,
        keeper: keeper.keeper,
        reopenKeeper: async () => void (await keeper.open()),
        crews: () => crews,
        runnerId,
        hooks,
        env: { ...process.env, SECRET_OF_THE_RUNNER: 'must stay here', LISTED: 'seen' },
        root: join(folder, runnerId),
        pollMs: 50,
        clock: systemClock,
        log: quietLog,
      });
      // Its crews are known once it has announced them.
      const names = Object.keys(crews.crews);
      const known = async () => {
        const rows = await desk.desk.db
          .selectFrom('crew')
          .select('crew_id')
          .where('runner_id', '=', runnerId)
          .execute();
        return names.every((name) => rows.some(({ crew_id }) => crew_id === name));
      };
      await until(known, { what: 'the crews of the runner' });
      return {
        ...executor,
        change(next) {
          crews = crewsFile.parse(next);
          executor.crewsChanged();
        },
      };
    },
    async ended(taskId) {
      return until(
        async () => {
          const state = await desk.state(taskId);
          return state.ended_at === null ? null : state;
        },
        { timeoutMs: 60_000, everyMs: 50, what: 'the end of the task' },
      );
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
