import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { isRunning } from '@telltale/embedded/process-table';
import { readConfig } from '@telltale/runtime/config';
import { CliError, reasonOf } from '../failure.ts';
import { type Instance, readInstance } from './instance-file.ts';
import { announcedFolders } from './pointers.ts';

/** Which gateway to ask, and with which key. */
export interface Target {
  url: string;
  apiKey: string;
}

/** The flags that choose it. */
export interface TargetFlags {
  url?: string | undefined;
  apiKeyFile?: string | undefined;
  dataDir?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const shape = {
  TELLTALE_URL: z.url({ protocol: /^https?$/, error: 'is not an http(s) URL' }).optional(),
  TELLTALE_API_KEY: z.string().optional(),
  TELLTALE_DATA_DIR: z.string().optional(),
};

/**
 * The gateway a command talks to: the one that flags or variables name, else the instance that runs in the data folder,
 * else the newest running one of this user on this machine with its operator's key.
 */
export function findTarget(flags: TargetFlags, env: Environment): Target {
  const config = readConfig(shape, env, {
    TELLTALE_URL: flags.url,
    TELLTALE_API_KEY: flags.apiKeyFile === undefined ? undefined : readKeyFile(flags.apiKeyFile),
    TELLTALE_DATA_DIR: flags.dataDir,
  });
  const local = localInstances(config.TELLTALE_DATA_DIR, env);
  const chosen =
    config.TELLTALE_URL === undefined ? local[0] : local.find(({ url }) => sameOrigin(url, config.TELLTALE_URL));
  const url = config.TELLTALE_URL ?? chosen?.url;
  if (url === undefined) {
    throw new CliError('No Telltale runs on this machine; start one with `npm start`, or name one with --url.');
  }
  const apiKey = config.TELLTALE_API_KEY ?? (chosen && readKeyFile(join(chosen.dataDir, 'operator.key')));
  if (apiKey === undefined)
    throw new CliError(`No key for ${url}; set TELLTALE_API_KEY, or name a file with --api-key-file.`);
  return { url, apiKey };
}

function localInstances(dataDir: string | undefined, env: Environment): (Instance & { dataDir: string })[] {
  const folders = dataDir === undefined ? announcedFolders(env) : [resolve(dataDir)];
  return folders
    .flatMap((folder) => {
      const found = readInstance(folder);
      return found && isRunning(found.up) ? [{ ...found, dataDir: folder }] : [];
    })
    .toSorted((a, b) => b.started_at.localeCompare(a.started_at));
}

function sameOrigin(one: string, other: string | undefined): boolean {
  return other !== undefined && new URL(one).origin === new URL(other).origin;
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new CliError(`The key file ${file} cannot be read (${reasonOf(cause)}); name another with --api-key-file.`, {
      cause,
    });
  }
}
