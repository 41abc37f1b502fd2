import { readFile } from 'node:fs/promises';
import { ArtifactStoreClient } from '@telltale/clients/artifact-store-client';
import { LLMClient } from '@telltale/clients/llm-client';
import { RepoPoolClient } from '@telltale/clients/repo-pool-client';
import type { HealthResult } from '@telltale/clients/service-caller';
import { TaskRegistryClient } from '@telltale/clients/task-registry-client';
import type { Clock } from '@telltale/runtime/clock';
import type { OutsideCheck } from './deep-health.ts';

export type OutsideSettings = {
  /** Of the repo pool; else the file that a runner of the same data folder writes. */
  repoPoolUrl: string | undefined;
  repoPoolUrlFile: string;
  llm: { apiKey: string; baseUrl: string | undefined } | null;
};

/** Opens a client for one question. */
const asked =
  (open: () => AsyncDisposable & { healthCheck(): Promise<HealthResult> }) => async (): Promise<HealthResult> => {
    await using client = open();
    // Awaited: the client is closed at the end of this function.
    return await client.healthCheck();
  };

/** What surrounds the runs, asked through the very clients that they use. `ownUrl`: where this gateway answers. */
export function outsideChecks(options: {
  settings: OutsideSettings;
  ownUrl: () => string;
  clock: Clock;
}): OutsideCheck[] {
  const { settings, ownUrl, clock } = options;
  const { repoPoolUrl, repoPoolUrlFile, llm } = settings;
  const timeoutSeconds = 5;

  const repoPool = async (): Promise<HealthResult | null> => {
    const written = await readFile(repoPoolUrlFile, 'utf8').catch(() => null);
    const baseUrl = repoPoolUrl ?? written?.trim();
    if (baseUrl === undefined) return null;
    return asked(() => new RepoPoolClient({ baseUrl, timeoutSeconds, clock }))();
  };

  return [
    {
      name: 'artifact_store',
      healthCheck: asked(() => new ArtifactStoreClient({ baseUrl: ownUrl(), timeoutSeconds, clock })),
    },
    { name: 'repo_pool', healthCheck: repoPool },
    {
      name: 'task_registry',
      healthCheck: asked(() => new TaskRegistryClient({ baseUrl: ownUrl(), timeoutSeconds, clock })),
    },
    {
      name: 'llm_upstream',
      healthCheck: llm === null ? null : asked(() => new LLMClient({ model: 'none', ...llm, timeoutSeconds, clock })),
    },
  ];
}
