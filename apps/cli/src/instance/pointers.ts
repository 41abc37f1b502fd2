import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@telltale/runtime/make-folder';
import { userStateFolder } from '@telltale/runtime/state-folder';
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a command in any folder knows of an instance of this user, also of one that is stopped: a run that starts
 * meanwhile is watched all the same, and its records travel when the instance is back.
 */
const pointer = z.object({ data_dir: z.string(), url: z.string(), started_at: z.string() });
export type Pointer = z.output<typeof pointer>;

function pointersFolder(env: Environment): string | undefined {
  const state = userStateFolder(env);
  return state && join(state, 'instances');
}

/** Announces an instance; false when this user has no place for that, and commands then need --data-dir or --url. */
export function announceInstance(content: Pointer, env: Environment): boolean {
  const folder = pointersFolder(env);
  if (folder === undefined) return false;
  const name = createHash('sha256').update(content.data_dir).digest('hex').slice(0, 16);
  try {
    makeFolder(folder);
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(content), { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

/** The instances that were announced, newest first; those whose data folder is gone are forgotten. */
export function announcedInstances(env: Environment): Pointer[] {
  const folder = pointersFolder(env);
  if (folder === undefined || !existsSync(folder)) return [];
  const found: Pointer[] = [];
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    try {
      const content = pointer.parse(JSON.parse(readFileSync(file, 'utf8')));
      if (existsSync(content.data_dir)) found.push(content);
      else rmSync(file, { force: true });
    } catch {
      // Half written or not ours: nothing to be found there.
    }
  }
  return found.toSorted((a, b) => b.started_at.localeCompare(a.started_at));
}
