import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@telltale/runtime/make-folder';

const fileIn = (dataDir: string): string => join(dataDir, 'runner-id');

/** The id of the runner of a data folder: what it was given when it was enrolled, else one made at the first asking. */
export function readRunnerId(dataDir: string): string {
  try {
    const known = readFileSync(fileIn(dataDir), 'utf8').trim();
    if (known !== '') return known;
  } catch {
    // None yet.
  }
  const made = randomUUID();
  writeRunnerId(dataDir, made);
  return made;
}

export function writeRunnerId(dataDir: string, runnerId: string): void {
  makeFolder(dataDir);
  writeFileSync(fileIn(dataDir), `${runnerId}\n`, { mode: 0o600 });
}
