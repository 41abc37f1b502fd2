import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { keeperFolder } from '@telltale/agent-runner/keeper/keeper-folder';
import { livingKeeper } from '@telltale/agent-runner/keeper/keeper-note';
import { keeperClientOf } from '@telltale/agent-runner/keeper/open-keeper';
import type { KeeperClient } from '@telltale/agent-runner/keeper/client';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { findDataDir } from '../instance/find-instance.ts';
import { stateFolder } from '../state-folder.ts';

const ofSystem = '/var/lib/telltale-runner';

/** Where a runner of this host keeps its key, its keeper and its spool: of the system for root, else of this user. */
export function runnerFolder(flags: { dataDir?: string }, env: Context['env']): string {
  if (flags.dataDir !== undefined) return resolve(flags.dataDir);
  if (process.geteuid?.() === 0) return ofSystem;
  const state = stateFolder(env);
  if (state === undefined) throw new CliError('There is no home folder for the runner; name one with --data-dir.');
  return join(state, 'runner');
}

/** The keeper of this host: of the folder that was named, else of the Telltale or the runner of this machine. */
export function findKeeper(flags: { dataDir?: string }, env: Context['env']): KeeperClient {
  const folders =
    flags.dataDir === undefined ? [findDataDir({}, env), runnerFolder({}, env)] : [resolve(flags.dataDir)];
  const found = folders.map(keeperFolder).find((folder) => existsSync(folder) && livingKeeper(folder) !== null);
  if (found !== undefined) return keeperClientOf(found);
  throw new CliError(
    `No keeper runs on this machine for this user (looked in ${folders.join(', ')}); start Telltale with \`npm start\`, ` +
      'or make this host a runner with `telltale runner install`.',
  );
}
