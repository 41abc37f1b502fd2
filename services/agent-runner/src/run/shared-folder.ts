import { lstatSync, mkdirSync } from 'node:fs';

/**
 * A folder in which the runs of one user agree on something, whatever process watches them: the same whatever their `$TMPDIR`
 * is. null where it is not that user's alone: anybody may make one of that name first.
 */
export function sharedFolder(name: string): string | null {
  const uid = process.getuid?.();
  if (uid === undefined) return null;
  const path = `/tmp/telltale-${name}-${uid}`;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const stat = lstatSync(path);
    return stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0 ? path : null;
  } catch {
    return null;
  }
}
