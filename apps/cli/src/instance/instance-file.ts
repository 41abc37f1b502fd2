import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '@telltale/embedded/process-table';
import { z } from 'zod';

const processMark = z.object({ pid: z.int(), started: z.string() });
type ProcessMark = z.output<typeof processMark>;

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

/** Makes a file; false when another process was faster. Complete from its first moment, so nobody reads half of it. */
function makeWhole(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Takes the data folder; false when another process was faster. */
export const makeInstance = (dataDir: string, content: Instance): boolean =>
  makeWhole(instanceFile(dataDir), `${JSON.stringify(content, null, 2)}\n`);

const isSame = (one: Instance | undefined, other: Instance | undefined): boolean =>
  one?.up.pid === other?.up.pid && one?.up.started === other?.up.started;

/** Whoever removes a file holds a word on it, which says who that is; one that a process left behind is nobody's. */
function isHeld(word: string): boolean {
  try {
    return isRunning(processMark.parse(JSON.parse(readFileSync(word, 'utf8'))));
  } catch {
    return false;
  }
}

/**
 * Removes the file when it is still that of `found` (undefined: when it says nothing). Of several that start at the same
 * instant one holds the word on that very file, and only its holder removes it: what stands there afterwards is
 * another file, whose maker has the folder. False when somebody else is at it.
 */
export function removeInstanceOf(dataDir: string, found: Instance | undefined, self: ProcessMark): boolean {
  const file = instanceFile(dataDir);
  if (!existsSync(file)) return true;
  const whose = found === undefined ? 'unreadable' : encodeURIComponent(`${found.up.pid}-${found.up.started}`);
  const word = `${file}.${whose.slice(0, 100)}.old`;
  if (!makeWhole(word, JSON.stringify(self))) {
    if (!isHeld(word)) rmSync(word, { force: true });
    return false;
  }
  try {
    if (isSame(parseInstance(file), found)) rmSync(file, { force: true });
    return true;
  } finally {
    rmSync(word, { force: true });
  }
}

/** Forgets the instance of a data folder. */
export function removeInstance(dataDir: string): void {
  rmSync(instanceFile(dataDir), { force: true });
}
