import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from '@telltale/runtime/make-folder';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { keeperFlags } from '@telltale/runtime/node-flags';
import type { Environment } from '../run/child-environment.ts';
import { createKeeperClient, type KeeperClient } from './client.ts';
import { writeKeeperConfig, type KeeperConfig } from './keeper-config.ts';
import { KeeperError } from './keeper-error.ts';
import { livingKeeper } from './keeper-note.ts';
import { keeperProtocol, type Hello } from './protocol.ts';

/** On a machine where everything else starts too. */
const startMs = 30_000;
const endMs = 10_000;
const lookMs = 25;

/** The client of the keeper of a folder, whichever it is at the moment. */
export const keeperClientOf = (folder: string): KeeperClient =>
  createKeeperClient({ socket: () => livingKeeper(folder)?.socket ?? null });

/** Who speaks the same protocol, or the one before, is kept while it has runs. */
const understands = ({ protocol }: Hello): boolean => protocol === keeperProtocol || protocol === keeperProtocol - 1;

/** Whether a keeper is the one that this version would start for this gateway. */
export const isKeeperOf = (found: Hello, { version, url }: Pick<KeeperConfig, 'version' | 'url'>): boolean =>
  found.version === version && found.url === url && understands(found);

/** Asks a keeper without runs to end; false when it has got one meanwhile: from the first question on it takes none. */
async function retire(client: KeeperClient): Promise<boolean> {
  await client.drain(true);
  if ((await client.hello()).running > 0) {
    await client.drain(false);
    return false;
  }
  await client.shutdown('an agent-runner of another version');
  return true;
}

/**
 * Finds the keeper of a folder, or starts one that outlives this process. One of another version or for another gateway is
 * kept as long as it has runs, and replaced when it has none. Rejects when none can be had.
 */
export async function openKeeper({
  folder,
  config,
  env,
  clock,
  log,
}: {
  folder: string;
  config: KeeperConfig;
  /** The keeper gets all of it but what is Telltale's own. */
  env: Environment;
  clock: Clock;
  log: Log;
}): Promise<KeeperClient> {
  const client = keeperClientOf(folder);
  const until = async (what: string, withinMs: number, done: () => Promise<boolean>): Promise<void> => {
    const deadline = clock.monotonic() + withinMs;
    while (!(await done())) {
      if (clock.monotonic() > deadline) throw new KeeperError('unreachable', `the keeper of ${folder} ${what} in time`);
      await clock.sleep(lookMs);
    }
  };
  const greeting = (): Promise<Hello | null> => client.hello().catch(() => null);

  const found = await greeting();
  if (found !== null) {
    if (isKeeperOf(found, config)) return client;
    if (found.running > 0 && !understands(found))
      throw new KeeperError(
        'failed',
        `the keeper of ${folder} (version ${found.version}) speaks protocol ${found.protocol} and has ${found.running} runs, ` +
          `which go on; start this version when they have ended, or that one again until then`,
      );
    if (found.running > 0 || !(await retire(client))) {
      log.warn(
        { version: found.version, url: found.url, running: found.running },
        'an earlier keeper goes on: it has runs',
      );
      return client;
    }
    await until('did not end', endMs, async () => livingKeeper(folder) === null);
  }
  writeKeeperConfig(folder, config);
  startKeeperProcess(folder, env);
  await until('did not start', startMs, async () => (await greeting()) !== null);
  return client;
}

/** In a session of its own and without a channel to us: our end is none of its business. */
function startKeeperProcess(folder: string, env: Environment): void {
  makeFolder(folder);
  const logFile = openSync(join(folder, 'keeper.log'), 'a', 0o600);
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [...keeperFlags, main, folder], {
    cwd: '/',
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TELLTALE_'))),
    detached: true,
    stdio: ['ignore', logFile, logFile],
  });
  closeSync(logFile);
  // A failed start shows in the wait for its first answer.
  child.once('error', () => undefined);
  child.unref();
}
