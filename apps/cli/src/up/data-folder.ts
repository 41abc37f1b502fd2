import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markOf } from '@telltale/embedded/process-table';
import { CliError, reasonOf } from '../failure.ts';
import { type Instance, makeInstance } from '../instance/instance-file.ts';
import { clearPredecessor } from './predecessor.ts';

/** Folder by folder: asked to make all at once below /proc, Node tries for ever instead of failing. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Makes the data folder, for this user alone, or checks that the existing one can be written. */
export function prepareDataFolder(dataDir: string): void {
  try {
    makeFolders(join(dataDir, 'logs'));
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new CliError(
      `The data folder ${dataDir} cannot be written (${reasonOf(cause)}); give this user the right, or choose another with --data-dir.`,
      { cause },
    );
  }
}

/** Takes the data folder for this process; resolves to what was written and whether a predecessor had to go first. */
export async function claimDataFolder(
  dataDir: string,
  url: string,
  say: (line: string) => void,
): Promise<{ instance: Instance; hadPredecessor: boolean }> {
  let hadPredecessor = false;
  for (;;) {
    hadPredecessor = (await clearPredecessor(dataDir, say)) || hadPredecessor;
    const up = markOf(process.pid);
    if (!up)
      throw new CliError(
        'Telltale needs /proc to start its own servers; set TELLTALE_DATABASE_URL and TELLTALE_REDIS_URL and run the services apart.',
      );
    const parent = markOf(process.ppid);
    const instance: Instance = {
      url,
      up,
      ...(parent && { parent }),
      services: {},
      state: 'starting',
      started_at: new Date().toISOString(),
    };
    try {
      if (makeInstance(dataDir, instance)) return { instance, hadPredecessor };
      // Somebody else was faster by a moment: the next turn looks at them.
    } catch (cause) {
      throw new CliError(`${dataDir} cannot be written (${reasonOf(cause)}); choose another folder with --data-dir.`, {
        cause,
      });
    }
  }
}
