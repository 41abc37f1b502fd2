import { randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@telltale/runtime/clock';
import type { Lifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import type { Environment } from '../run/child-environment.ts';
import type { RepoPoolSettings } from './repo-pool-settings.ts';
import { createRepoPool, type RepoPool } from './repo-pool.ts';
import { serveRepoPool } from './serve-repo-pool.ts';

/** A pool that is served: where, and with which key. */
export type ServedRepoPool = { pool: RepoPool; url: string; key: string };

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, `${text}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/**
 * Opens the pool of this runner and serves it, until `life` ends. Where it is and its key stand in the files `url` and
 * `key` of its folder, which only this user reads.
 */
export async function openRepoPool(
  life: Lifecycle,
  { settings, env, clock, log }: { settings: RepoPoolSettings; env: Environment; clock: Clock; log: Log },
): Promise<ServedRepoPool> {
  const { folder, host, port, slotsPerRepository, allowedFolders } = settings;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pool = life.use(
    'repo pool',
    await createRepoPool({ folder, slotsPerRepository, allowedFolders, env, clock, log }),
  );
  const key = settings.key ?? randomBytes(32).toString('base64url');
  const { url } = life.use('repo pool door', await serveRepoPool({ pool, key, host, port, log }));
  await replace(join(folder, 'key'), key);
  await replace(join(folder, 'url'), url);
  log.info({ url }, 'lends slots of repositories');
  return { pool, url, key };
}
