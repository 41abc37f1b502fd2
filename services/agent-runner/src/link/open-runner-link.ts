import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Clock } from '@telltale/runtime/clock';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import type { GatewayLink } from '../config.ts';
import type { KeeperClient } from '../keeper/client.ts';
import { keeperFolder } from '../keeper/keeper-folder.ts';
import { openKeeper } from '../keeper/open-keeper.ts';
import type { Environment } from '../run/child-environment.ts';
import { followKeptRuns } from './follow-kept-runs.ts';
import { replaceKeeper } from './replace-keeper.ts';
import { createReviver } from './revive-keeper.ts';
import { readRunnerId } from './runner-id.ts';
import { startBeating } from './start-beating.ts';

export type RunnerLink = AsyncDisposable & {
  keeper: KeeperClient;
  /** Starts a keeper where there is none any more. */
  reopenKeeper(): Promise<void>;
  /** Stays the same as long as the data folder does. */
  runnerId: string;
};

/** Finds or starts the keeper of this host, and links it to its gateway until it is disposed; the keeper goes on. */
export async function openRunnerLink({
  gateway,
  sampleIntervalMs,
  env,
  version,
  clock,
  log,
}: {
  gateway: GatewayLink;
  sampleIntervalMs: number;
  env: Environment;
  version: string;
  clock: Clock;
  log: Log;
}): Promise<RunnerLink> {
  const { url, key, dataDir } = gateway;
  const folder = keeperFolder(dataDir);
  const keyFile = gateway.keyFile === null ? writeKeyFile(folder, key) : resolve(gateway.keyFile);
  const config = {
    url,
    key_file: keyFile,
    spool_root: join(folder, 'spool'),
    sample_interval_ms: sampleIntervalMs,
    version,
  };
  const open = () => openKeeper({ folder, config, env, clock, log });
  const keeper = await open();
  const runnerId = readRunnerId(dataDir);
  const lifecycle = createLifecycle({ log });
  lifecycle.use('commands', followKeptRuns({ keeper, url, key, clock, log }));
  const reopenKeeper = async (): Promise<void> => void (await open());
  lifecycle.use('other keeper', replaceKeeper({ keeper, wanted: config, reopenKeeper, clock, log }));
  const alive = createReviver({ folder, reopenKeeper, clock });
  const said = { runnerId, url, key, host: hostname(), version };
  lifecycle.use('beating', startBeating({ keeper, alive, ...said, clock, log }));
  return { keeper, reopenKeeper, runnerId, [Symbol.asyncDispose]: () => lifecycle[Symbol.asyncDispose]() };
}

/** A key that stands in a variable must not stand in the keeper's, where its runs could read it. */
function writeKeyFile(folder: string, key: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'key');
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return file;
}
