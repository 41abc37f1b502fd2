import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { EmbeddedError } from './server.ts';

/** Makes a folder that only its owner may enter, and its parents. Throws `folder_unusable` with the remedy. */
export function makePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  } catch (cause) {
    throw new EmbeddedError(
      'folder_unusable',
      `The data folder ${folder} cannot be written (${reasonOf(cause)}); give this user the right, or choose another with --data-dir.`,
      { cause },
    );
  }
}

/** The secret kept in `file` (mode 0600), made at the first call: 32 random bytes in hex. */
export function keptSecret(file: string): string {
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (reasonOf(error) !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
