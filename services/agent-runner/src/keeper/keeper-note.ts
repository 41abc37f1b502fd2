import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@telltale/runtime/make-folder';
import { isAlive, thisProcess } from '@telltale/sdk/spool/process-identity';
import { z } from 'zod';

/** Who keeps the runs of a folder, and where it listens. */
const keeperNote = z.object({ pid: z.int(), start_time: z.string().nullable(), socket: z.string() });
export type KeeperNote = z.output<typeof keeperNote>;

const noteFile = (folder: string): string => join(folder, 'keeper.json');

function parseNote(file: string): KeeperNote | null {
  try {
    return keeperNote.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // None is there, or what is there says nothing: both mean that nobody can be asked.
    return null;
  }
}

/** The keeper of a folder as long as it lives; null when there is none. */
export function livingKeeper(folder: string): KeeperNote | null {
  const note = parseNote(noteFile(folder));
  return note !== null && isAlive(note) ? note : null;
}

/** Takes the folder for this process; false when another keeper lives. */
export function claimFolder(folder: string, socket: string): boolean {
  makeFolder(folder);
  const file = noteFile(folder);
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, JSON.stringify({ ...thisProcess(), socket }), { mode: 0o600 });
  try {
    for (;;) {
      try {
        linkSync(draft, file);
        return true;
      } catch (error) {
        if (!(error instanceof Error && Reflect.get(error, 'code') === 'EEXIST')) throw error;
      }
      if (livingKeeper(folder) !== null) return false;
      removeDead(file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Somebody who starts at the same instant may have put a note of his own there meanwhile: then it goes back. */
function removeDead(file: string): void {
  const aside = `${file}.${process.pid}.old`;
  try {
    renameSync(file, aside);
    const note = parseNote(aside);
    if (note !== null && isAlive(note)) linkSync(aside, file);
  } catch {
    // Gone already, or a third one is there by now: the next look decides.
  } finally {
    rmSync(aside, { force: true });
  }
}

/** This process gives the folder back. */
export function leaveFolder(folder: string): void {
  if (livingKeeper(folder)?.pid === process.pid) rmSync(noteFile(folder), { force: true });
}
