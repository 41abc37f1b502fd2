import { ArtifactStoreClient } from '@telltale/clients/artifact-store-client';
import { RepoPoolClient } from '@telltale/clients/repo-pool-client';
import type { Clock } from '@telltale/runtime/clock';
import type { Lifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import type { GatewayLink } from '../config.ts';
import type { KeeperClient } from '../keeper/client.ts';
import { openRepoPool } from '../repo-pool/open-repo-pool.ts';
import type { RepoPoolSettings } from '../repo-pool/repo-pool-settings.ts';
import type { Environment } from '../run/child-environment.ts';
import type { TaskHooks } from '../tasks/task-hooks.ts';
import { reportCalls } from './report-calls.ts';
import { createTaskHooks } from './task-hooks.ts';

/** Opens what surrounds the runs of tasks: the repo pool and its door, and the artifact store behind the gateway. */
export async function openTaskHooks(
  life: Lifecycle,
  options: {
    repoPool: RepoPoolSettings | null;
    /** Of an operator's key; every other key has its own. */
    team: string | undefined;
    keeper: KeeperClient;
    gateway: GatewayLink;
    /** Where the runner spools what it reports itself. */
    spoolRoot: string;
    env: Environment;
    clock: Clock;
    log: Log;
  },
): Promise<TaskHooks> {
  const { repoPool: settings, team, keeper, gateway, spoolRoot, env, clock, log } = options;
  if (settings === null) return {};
  // Tasks that need no repository run without it.
  const served = await openRepoPool(life, { settings, env, clock, log }).catch((error: unknown) => {
    log.error({ err: error }, 'this runner lends no slots of repositories');
    return null;
  });
  const { url: baseUrl, key: apiKey } = gateway;
  const reports = life.use('reports', await reportCalls({ url: baseUrl, key: apiKey, team, spoolRoot, clock, log }));
  const rest = createRestClient({ url: baseUrl, key: apiKey, ...(team === undefined ? {} : { team }) });
  const hooks = createTaskHooks({
    repositories:
      served === null
        ? null
        : {
            pool: served.pool,
            slotsFor: (run) =>
              new RepoPoolClient({ baseUrl: served.url, apiKey: served.key, tracker: reports.trackerFor(run), clock }),
          },
    keeper,
    storeFor(run) {
      const { taskId, runId, agentId, crewId, sessionId } = run;
      const session = sessionId === null ? {} : { session_id: sessionId };
      const identity = { task_id: taskId, run_id: runId, agent_id: agentId, crew_id: crewId, ...session };
      const tracker = reports.trackerFor(run);
      return new ArtifactStoreClient({ baseUrl, apiKey, team, identity, tracker, timeoutSeconds: 60, clock });
    },
    api: createTelltaleApi(rest),
    env,
    waitMs: settings.waitMs,
    clock,
    log,
  });
  return life.use('task hooks', hooks);
}
