import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where instances of this user are announced, so that a command in any folder finds them. */
function pointersFolder(env: Environment): string | undefined {
  const state = env['XDG_STATE_HOME'] || (env['HOME'] && join(env['HOME'], '.local/state'));
  return state ? join(state, 'telltale/instances') : undefined;
}

const pointerName = (dataDir: string) => createHash('sha256').update(dataDir).digest('hex').slice(0, 16);

/** Announces a data folder; false when this user has no place for that, and commands then need --data-dir or --url. */
export function announceInstance(dataDir: string, env: Environment): boolean {
  const folder = pointersFolder(env);
  if (folder === undefined) return false;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, pointerName(dataDir)), dataDir, { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

/** Takes the announcement back. */
export function withdrawInstance(dataDir: string, env: Environment): void {
  const folder = pointersFolder(env);
  if (folder !== undefined) rmSync(join(folder, pointerName(dataDir)), { force: true });
}

/** The data folders that were announced, whether or not something still runs there. */
export function announcedFolders(env: Environment): string[] {
  const folder = pointersFolder(env);
  if (folder === undefined) return [];
  try {
    return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  } catch {
    return [];
  }
}
