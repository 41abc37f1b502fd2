import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '@telltale/embedded/process-table';
import { startPostgres } from '@telltale/embedded/postgres/start';
import { readConfig } from '@telltale/runtime/config';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { findDataDir } from '../instance/find-instance.ts';
import { readInstance, removeInstance } from '../instance/instance-file.ts';
import { claimDataFolder, prepareDataFolder } from '../up/data-folder.ts';

export type StoreFlags = { dataDir?: string; databaseUrl?: string; quiet?: boolean };

/** A database to read or replace; disposing lets go of what was started for it. */
export type OpenStore = AsyncDisposable & { url: string };

const shape = {
  TELLTALE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// URL' }).optional(),
};
const stopMs = 6_000;

/**
 * The store that flags or variables name: a PostgreSQL by URL, else that of an instance. The PostgreSQL of a stopped
 * instance is started for as long as it is needed; `running` says whether a running one may be used.
 */
export async function openStore(
  flags: StoreFlags,
  context: Context,
  { running }: { running: 'used' | 'refused' },
): Promise<OpenStore> {
  const { env } = context;
  const { TELLTALE_DATABASE_URL: named } = readConfig(shape, env, { TELLTALE_DATABASE_URL: flags.databaseUrl });
  if (named !== undefined && flags.dataDir === undefined) return { url: named, async [Symbol.asyncDispose]() {} };

  const dataDir = findDataDir(flags, env);
  const instance = readInstance(dataDir);
  if (instance !== undefined && isRunning(instance.up)) {
    if (running === 'refused') {
      throw new CliError(`Telltale runs in ${dataDir} (process ${instance.up.pid}); stop it with Ctrl-C first.`);
    }
    const url = instance.databases?.database_url;
    if (url === undefined) throw new CliError(`Telltale in ${dataDir} is just starting; try again in a moment.`);
    return { url, async [Symbol.asyncDispose]() {} };
  }
  const folder = join(dataDir, 'postgres');
  if (!existsSync(folder) && running === 'used') {
    throw new CliError(`There is no Telltale in ${dataDir}; name its folder with --data-dir, or a --database-url.`);
  }
  // On a new machine there is nothing but the backup.
  if (running === 'refused') prepareDataFolder(dataDir);
  // So that nobody starts it meanwhile.
  await claimDataFolder(dataDir, 'no address: a backup or a restore is under way', context.say);
  try {
    const server = await startPostgres({ dataDir: folder, log: { info: context.say, warn: context.say } });
    return {
      url: server.url,
      async [Symbol.asyncDispose]() {
        await server.stop(stopMs);
        removeInstance(dataDir);
      },
    };
  } catch (error) {
    removeInstance(dataDir);
    throw error;
  }
}
