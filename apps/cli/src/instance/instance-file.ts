import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const processMark = z.object({ pid: z.int(), started: z.string() });

/** `<data-dir>/instance.json`: what runs in a data folder, for other commands and for the next start. */
export const instance = z.object({
  /** Where this machine reaches the gateway. */
  url: z.string(),
  /** `telltale up` itself; with its start time, because pids are used again. */
  up: processMark,
  /** What started `up`; when it is gone while `up` lives, nobody is left who could press Ctrl-C. */
  parent: processMark.optional(),
  services: z.record(z.string(), processMark),
  /** Where its databases are, passwords included: the file is its owner's alone. */
  databases: z.object({ database_url: z.string(), redis_url: z.string() }).optional(),
  state: z.enum(['starting', 'running', 'stopping']),
  started_at: z.string(),
});
export type Instance = z.output<typeof instance>;

/** The file of a data folder. */
export function instanceFile(dataDir: string): string {
  return join(dataDir, 'instance.json');
}

/** What the file says; undefined when there is none or it is not one of ours. */
export function readInstance(dataDir: string): Instance | undefined {
  return parseInstance(instanceFile(dataDir));
}

function parseInstance(file: string): Instance | undefined {
  try {
    return instance.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Writes the file so that a reader never sees half of it. */
export function writeInstance(dataDir: string, content: Instance): void {
  const file = instanceFile(dataDir);
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Makes the file; false when another process was faster. Complete from its first moment, so nobody reads half of it. */
export function makeInstance(dataDir: string, content: Instance): boolean {
  const draft = `${instanceFile(dataDir)}.${process.pid}.new`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  try {
    linkSync(draft, instanceFile(dataDir));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

const isSame = (one: Instance | undefined, other: Instance | undefined): boolean =>
  one?.up.pid === other?.up.pid && one?.up.started === other?.up.started;

/**
 * Removes the file when it is still that of `found` (undefined: when it says nothing): somebody who starts at the same
 * instant may have put his own there meanwhile, and it goes back.
 */
export function removeInstanceOf(dataDir: string, found: Instance | undefined): void {
  const file = instanceFile(dataDir);
  const aside = `${file}.${process.pid}.old`;
  try {
    renameSync(file, aside);
  } catch {
    // Gone already.
    return;
  }
  try {
    if (!isSame(parseInstance(aside), found)) linkSync(aside, file);
  } catch {
    // A third one is there by now: it decides.
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Forgets the instance of a data folder. */
export function removeInstance(dataDir: string): void {
  rmSync(instanceFile(dataDir), { force: true });
}
