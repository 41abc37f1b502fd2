import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { keeperFolder } from '@telltale/agent-runner/keeper/keeper-folder';
import { livingKeeper } from '@telltale/agent-runner/keeper/keeper-note';
import { keeperClientOf } from '@telltale/agent-runner/keeper/open-keeper';
import type { KeeperClient } from '@telltale/agent-runner/keeper/client';
import { userStateFolder } from '@telltale/runtime/state-folder';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { findDataDir } from '../instance/find-instance.ts';

const ofSystem = '/var/lib/telltale-runner';

/** Where a runner of this host keeps its key, its keeper and its spool: of the system for root, else of this user. */
export function runnerFolder(flags: { dataDir?: string }, env: Context['env']): string {
  if (flags.dataDir !== undefined) return resolve(flags.dataDir);
  if (process.geteuid?.() === 0) return ofSystem;
  const state = userStateFolder(env);
  if (state === undefined) throw new CliError('There is no home folder for the runner; name one with --data-dir.');
  return join(state, 'runner');
}

const usualTeam = 'default';
const teamFile = (dataDir: string): string => join(dataDir, 'runner-team');

/** A runner works for one team: that of its key. */
export function writeRunnerTeam(dataDir: string, team: string): void {
  writeFileSync(teamFile(dataDir), `${team}\n`, { mode: 0o600 });
}

/** Whose what is watched here is unless somebody says so: the team of the runner, else the usual one. */
export function teamOfRunner(flags: { dataDir?: string }, env: Context['env']): string {
  try {
    return readFileSync(teamFile(keeperHome(flags, env) ?? ''), 'utf8').trim();
  } catch {
    // Telltale itself runs here, for all teams.
    return usualTeam;
  }
}

const homes = (flags: { dataDir?: string }, env: Context['env']): string[] =>
  flags.dataDir === undefined ? [findDataDir({}, env), runnerFolder({}, env)] : [resolve(flags.dataDir)];

/** The data folder whose keeper lives. */
const keeperHome = (flags: { dataDir?: string }, env: Context['env']): string | undefined =>
  homes(flags, env).find(
    (dataDir) => existsSync(keeperFolder(dataDir)) && livingKeeper(keeperFolder(dataDir)) !== null,
  );

/** The keeper of this host: of the folder that was named, else of the Telltale or the runner of this machine. */
export function findKeeper(flags: { dataDir?: string }, env: Context['env']): KeeperClient {
  const home = keeperHome(flags, env);
  if (home !== undefined) return keeperClientOf(keeperFolder(home));
  throw new CliError(
    `No keeper runs on this machine for this user (looked in ${homes(flags, env).join(', ')}); start Telltale with \`npm start\`, ` +
      'or make this host a runner with `telltale runner install`.',
  );
}
