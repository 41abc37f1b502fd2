import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, type Rung } from '../end-process.ts';
import { processesIn, type ProcessMark, readProcess } from '../process-table.ts';
import { EmbeddedError, type EmbeddedLog } from '../server.ts';
import { waitUntil } from '../wait-until.ts';

/** SIGINT is PostgreSQL's fast shutdown (sessions end, data are flushed), SIGQUIT the immediate one (recovers at the next start). */
export const postgresLadder = (withinMs = 6000): readonly Rung[] => [
  { signal: 'SIGINT', waitMs: withinMs },
  { signal: 'SIGQUIT', waitMs: 500 },
  { signal: 'SIGKILL', waitMs: 500 },
];

/** The running PostgreSQL processes of a data folder. */
export function postgresProcesses(data: string): ProcessMark[] {
  return processesIn(data, 'postgres');
}

/** What the lock file of a data folder says; undefined when there is none. */
export function readLockFile(data: string): { pid: number; status: string } | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), status: (lines[7] ?? '').trim() };
  } catch {
    return undefined;
  }
}

/**
 * Leaves the data folder free for a new postmaster. One that still runs there is ended; backends that have lost theirs
 * end by themselves within moments. Only then is a lock file of a dead postmaster removed: PostgreSQL itself takes a
 * zombie's or a reused pid for a living server and would refuse.
 */
export async function clearPostmaster(data: string, log: EmbeddedLog): Promise<void> {
  const lock = readLockFile(data);
  const living = postgresProcesses(data);
  const postmaster = living.find((mark) => mark.pid === lock?.pid);
  if (postmaster) {
    log.info(`stopping PostgreSQL (pid ${postmaster.pid}) that an earlier start left behind`);
    await endProcess(postmaster, postgresLadder());
  }
  if (!(await waitUntil(() => postgresProcesses(data).length === 0, 5000))) {
    for (const mark of postgresProcesses(data)) await endProcess(mark, [{ signal: 'SIGKILL', waitMs: 2000 }]);
  }
  const left = postgresProcesses(data)[0];
  if (left)
    throw new EmbeddedError(
      'folder_taken',
      `PostgreSQL (pid ${left.pid}) holds ${data} and does not stop; end it by hand.`,
    );
  if (lock && readProcess(lock.pid) !== undefined) rmSync(join(data, 'postmaster.pid'), { force: true });
}
