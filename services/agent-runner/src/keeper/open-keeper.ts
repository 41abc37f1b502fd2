import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
    const isOurs = found.version === config.version && found.url === config.url;
    if (isOurs && understands(found)) return client;
    if (found.running > 0) {
      if (!understands(found))
        throw new KeeperError('failed', `the keeper of ${folder} speaks protocol ${found.protocol} and has runs`);
      log.warn(
        { version: found.version, url: found.url, running: found.running },
        'an earlier keeper goes on: it has runs',
      );
      return client;
    }
    await client.shutdown('an agent-runner of another version');
    await until('did not end', endMs, async () => livingKeeper(folder) === null);
  }
  writeKeeperConfig(folder, config);
  startKeeperProcess(folder, env);
  await until('did not start', startMs, async () => (await greeting()) !== null);
  return client;
}

/** In a session of its own and without a channel to us: our end is none of its business. */
function startKeeperProcess(folder: string, env: Environment): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
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
