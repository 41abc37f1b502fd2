import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Clock } from '@telltale/runtime/clock';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import type { Environment } from '../run/child-environment.ts';
import { createSampler } from '../tree/create-sampler.ts';
import { createKeptRuns } from './kept-runs.ts';
import { readRunNotes } from './run-notes.ts';
import type { KeeperConfig } from './keeper-config.ts';
import { claimFolder, leaveFolder } from './keeper-note.ts';
import { serveKeeper } from './keeper-server.ts';
import { keeperProtocol } from './protocol.ts';
import { createTeamRecorders } from './team-recorders.ts';
import { watchMemory } from './watch-memory.ts';

/** What the path of a unix socket may be long. */
const longestSocketPath = 100;
/** Without runs and without a question for this long, nobody needs this keeper. */
const forgottenMs = 60_000;
const lookMs = 5_000;
/** The grace of runs that end because the keeper does. */
const closingGraceMs = 1_500;

/**
 * Owns runs: their processes, pipes, ports and spool. Null when another keeper has the folder. `onOver` is called when it
 * was asked to end, or nobody needs it any more; disposing it ends all runs by the ladder first.
 */
export async function createKeeper({
  folder,
  config,
  env,
  onOver,
  clock,
  log,
}: {
  folder: string;
  config: KeeperConfig;
  env: Environment;
  onOver: (why: string) => void;
  clock: Clock;
  log: Log;
}): Promise<AsyncDisposable | null> {
  const socket = socketPathIn(folder);
  const leaveSocket = (): void => {
    if (dirname(socket) !== folder) rmSync(dirname(socket), { recursive: true, force: true });
  };
  if (!claimFolder(folder, socket)) {
    leaveSocket();
    return null;
  }
  const lifecycle = createLifecycle({ log });
  try {
    lifecycle.defer('folder', () => {
      leaveFolder(folder);
      leaveSocket();
    });
    let askedAt = clock.monotonic();
    let asked = { actor: 'the keeper ended', graceMs: closingGraceMs };
    const onTooMuch = (why: string): void => {
      asked = { actor: why, graceMs: closingGraceMs };
      onOver(why);
    };
    const kill = (): void => void process.kill(process.pid, 'SIGKILL');
    // First, so that it looks until all else has ended.
    lifecycle.use('memory', watchMemory({ onTooMuch, kill, clock, log }));
    const newId = createUuidV7(clock.now);
    const sampler = lifecycle.use(
      'sampler',
      createSampler({ clock, log, sampleIntervalMs: config.sample_interval_ms }),
    );
    const recorders = lifecycle.use('recorders', createTeamRecorders({ config, newId, clock, log }));
    const runs = createKeptRuns({ folder, recorders, sampler, env, url: config.url, newId, clock, log });

    // Before anybody can ask: what was begun already is not begun again.
    runs.takeOver(readRunNotes(folder));

    const greet = () => ({
      protocol: keeperProtocol,
      version: config.version,
      pid: process.pid,
      url: config.url,
      running: runs.running(),
      draining: runs.draining(),
    });
    const server = await serveKeeper({
      socket,
      runs,
      greet,
      onShutdown(actor, graceMs = closingGraceMs) {
        asked = { actor, graceMs };
        onOver(`asked by ${actor}`);
      },
      onQuestion() {
        askedAt = clock.monotonic();
      },
      log,
    });
    lifecycle.use('server', server);
    lifecycle.defer('runs', () => runs.endAll(asked.actor, asked.graceMs));
    await recorders.openLeftBehind();

    const turn = async (): Promise<void> => {
      if (runs.running() === 0 && clock.monotonic() - askedAt > forgottenMs) onOver('nobody needs it');
    };
    lifecycle.use('being needed', startLoop({ name: 'being needed', turn, everyMs: lookMs, clock, log }));
    return lifecycle;
  } catch (error) {
    await lifecycle[Symbol.asyncDispose]();
    throw error;
  }
}

/** In the folder, unless its path is too long for the system; then in a folder that only this user may enter. */
function socketPathIn(folder: string): string {
  const usual = join(folder, 'keeper.sock');
  if (Buffer.byteLength(usual) <= longestSocketPath) return usual;
  const short = Buffer.byteLength(tmpdir()) <= longestSocketPath / 2 ? tmpdir() : '/tmp';
  return join(mkdtempSync(join(short, 'telltale-keeper-')), 'keeper.sock');
}
