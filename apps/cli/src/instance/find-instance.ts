import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { isRunning } from '@telltale/embedded/process-table';
import { readConfig } from '@telltale/runtime/config';
import { CliError, reasonOf } from '../failure.ts';
import { productRoot } from '../product.ts';
import { readInstance } from './instance-file.ts';
import { announcedInstances, type Pointer } from './pointers.ts';

/** Which gateway to ask, and with which key. */
export interface Target {
  url: string;
  apiKey: string;
  /** The key is the operator's own of a data folder here: it serves all teams. */
  isOperator: boolean;
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

/** Where `npm start` of this clone keeps its data: found also by a user with another home, such as root. */
const usualFolder = join(productRoot, '.telltale');

export interface FindOptions {
  /** Also an instance that does not run, for what can wait until it does. */
  evenStopped?: boolean;
  /** Looked into when nothing was announced from it. */
  ownFolder?: string;
}

/**
 * The gateway a command talks to: the one that flags or variables name, else the instance in the data folder, else the
 * newest of this user on this machine, else the one of this clone, with its operator's key.
 */
export function findTarget(flags: TargetFlags, env: Environment, options: FindOptions = {}): Target {
  const config = readConfig(shape, env, {
    TELLTALE_URL: flags.url,
    TELLTALE_API_KEY: flags.apiKeyFile === undefined ? undefined : readKeyFile(flags.apiKeyFile),
    TELLTALE_DATA_DIR: flags.dataDir,
  });
  const local = localInstances(config.TELLTALE_DATA_DIR, env, {
    evenStopped: false,
    ownFolder: usualFolder,
    ...options,
  });
  const chosen =
    config.TELLTALE_URL === undefined ? local[0] : local.find(({ url }) => sameOrigin(url, config.TELLTALE_URL));
  const enrolled = chosen === undefined ? enrolledIn(config.TELLTALE_DATA_DIR, config.TELLTALE_URL) : undefined;
  const url = config.TELLTALE_URL ?? chosen?.url ?? enrolled?.url;
  if (url === undefined) {
    throw new CliError('No Telltale runs on this machine; start one with `npm start`, or name one with --url.');
  }
  if (config.TELLTALE_API_KEY !== undefined) return { url, apiKey: config.TELLTALE_API_KEY, isOperator: false };
  if (enrolled) return { url, apiKey: readKeyFile(enrolled.keyFile), isOperator: false };
  if (chosen) return { url, apiKey: readKeyFile(join(chosen.data_dir, 'operator.key')), isOperator: true };
  throw new CliError(`No key for ${url}; set TELLTALE_API_KEY, or name a file with --api-key-file.`);
}

/** The data folder that flags or variables name, else that of the newest instance of this user, else this clone's. */
export function findDataDir(flags: Pick<TargetFlags, 'dataDir'>, env: Environment): string {
  const { TELLTALE_DATA_DIR: named } = readConfig({ TELLTALE_DATA_DIR: z.string().optional() }, env, {
    TELLTALE_DATA_DIR: flags.dataDir,
  });
  if (named !== undefined) return resolve(named);
  const [first] = localInstances(undefined, env, { evenStopped: true, ownFolder: usualFolder });
  return first?.data_dir ?? usualFolder;
}

/** Running ones first, then by age. */
function localInstances(
  dataDir: string | undefined,
  env: Environment,
  { evenStopped, ownFolder }: Required<FindOptions>,
): Pointer[] {
  const announced = announcedInstances(env);
  const isRunningIn = (folder: string) => {
    const found = readInstance(folder);
    return found !== undefined && isRunning(found.up);
  };
  const running = (dataDir === undefined ? foldersOf(announced, ownFolder) : [resolve(dataDir)]).flatMap((folder) => {
    const found = readInstance(folder);
    return found && isRunning(found.up) ? [{ data_dir: folder, url: found.url, started_at: found.started_at }] : [];
  });
  if (!evenStopped) return running;
  const wanted = announced.filter(({ data_dir }) => dataDir === undefined || data_dir === resolve(dataDir));
  return [...running, ...wanted.filter(({ data_dir }) => !isRunningIn(data_dir))];
}

const foldersOf = (announced: readonly Pointer[], ownFolder: string): string[] => [
  ...new Set([...announced.map(({ data_dir }) => data_dir), ownFolder]),
];

/** The server that a folder of `telltale runner install` is enrolled with, where it is the one that was asked for. */
function enrolledIn(
  dataDir: string | undefined,
  asked: string | undefined,
): { url: string; keyFile: string } | undefined {
  if (dataDir === undefined) return undefined;
  const [file, keyFile] = [join(resolve(dataDir), 'runner.env'), join(resolve(dataDir), 'runner.key')];
  const text = existsSync(file) && existsSync(keyFile) ? readFileSync(file, 'utf8') : '';
  const url = /^TELLTALE_URL=["']?([^"'\n]+)/m.exec(text)?.[1];
  return url === undefined || (asked !== undefined && !sameOrigin(url, asked)) ? undefined : { url, keyFile };
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
