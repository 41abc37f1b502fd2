import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const codeOf = (error: unknown): unknown => (error instanceof Error ? Reflect.get(error, 'code') : undefined);

/**
 * Makes a folder and those above it, for this user alone. Node's own way never comes back below `/proc`, where a home may be
 * said to lie: the system says there that the folder above is missing, which it is not.
 */
export function makeFolder(path: string, canMakeAbove = true): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    const above = dirname(path);
    if (code !== 'ENOENT' || !canMakeAbove || above === path) throw error;
    makeFolder(above);
    makeFolder(path, false);
  }
}
