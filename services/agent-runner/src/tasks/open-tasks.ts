import type { Clock } from '@telltale/runtime/clock';
import { createLifecycle, type Lifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTaskApi } from '@telltale/sdk/rest/task-api';
import { createHttpTaskSource } from '@telltale/tasks/http-task-source';
import type { TaskSource } from '@telltale/tasks/task-source';
import type { GatewayLink } from '../config.ts';
import { followCrews } from '../crews/follow-crews.ts';
import type { RunnerLink } from '../link/open-runner-link.ts';
import type { Environment } from '../run/child-environment.ts';
import { createTaskExecutor } from './task-executor.ts';
import { taskFolders } from './task-folder.ts';
import type { TaskHooks } from './task-hooks.ts';
import type { TaskSettings } from './task-settings.ts';

const besidePollMs = 250;
const throughGatewayPollMs = 1_000;
/** Far less than a lease: a question that hangs must not cost what is held. */
const answerMs = 8_000;

export type OpenTasksOptions = {
  settings: TaskSettings;
  link: Pick<RunnerLink, 'keeper' | 'reopenKeeper' | 'runnerId'>;
  gateway: GatewayLink;
  env: Environment;
  hooks: TaskHooks;
  clock: Clock;
  log: Log;
};

/** Takes tasks of this runner's crews until it is disposed; their runs go on in the keeper. */
export async function openTasks(options: OpenTasksOptions): Promise<AsyncDisposable> {
  const { settings, link, gateway, env, hooks, clock, log } = options;
  const { keeper, reopenKeeper, runnerId } = link;
  const life = createLifecycle({ log });
  try {
    const source = await sourceOf(life, options);
    const { crews: first, crewsFile: fileOf } = settings;
    const crews = life.use(
      'crews',
      followCrews({ crews: first, fileOf, onChange: () => executor.crewsChanged(), clock, log }),
    );
    const executor = createTaskExecutor({
      source,
      keeper,
      reopenKeeper,
      runnerId,
      crews: crews.current,
      hooks,
      // What a crew lists of the runner's own environment; where the key is in a file, its value is meant too.
      env: { ...env, TELLTALE_URL: gateway.url, TELLTALE_API_KEY: gateway.key },
      root: taskFolders(gateway.dataDir),
      pollMs: settings.store === null ? throughGatewayPollMs : besidePollMs,
      clock,
      log,
    });
    life.use('executor', executor);
    return life;
  } catch (error) {
    await life[Symbol.asyncDispose]();
    throw error;
  }
}

/** Straight from store and queues where they are known, else through the gateway. */
async function sourceOf(life: Lifecycle, { settings, gateway, clock, log }: OpenTasksOptions): Promise<TaskSource> {
  const { store, team } = settings;
  if (store === null) {
    const { url, key } = gateway;
    const asked = { url, key, timeoutMs: answerMs, ...(team === undefined ? {} : { team }) };
    return createHttpTaskSource({
      apiUntil: (signal) => createTaskApi(createRestClient(signal === undefined ? asked : { ...asked, signal })),
    });
  }
  // A runner on another host needs nothing of what speaks to store and queues.
  const { openStoreTaskSource } = await import('@telltale/tasks/open-store-task-source');
  return openStoreTaskSource(life, { ...store, leaseMs: settings.leaseMs, clock, log });
}
