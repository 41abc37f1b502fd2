import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/**
 * The file that execvp(3) would run, or the system's word for why there is none. For starts that cannot tell by themselves
 * whether a program was there.
 */
export function findProgram(
  program: string,
  { path, cwd }: { path: string | undefined; cwd: string },
): { file: string } | { code: 'ENOENT' | 'EACCES' } {
  const places = program.includes('/')
    ? [resolve(cwd, program)]
    : (path ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter).map((folder) => join(resolve(cwd, folder), program));
  let code: 'ENOENT' | 'EACCES' = 'ENOENT';
  for (const file of program === '' ? [] : places) {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found === undefined) continue;
    code = 'EACCES';
    if (!found.isFile()) continue;
    try {
      accessSync(file, constants.X_OK);
      return { file };
    } catch {
      // Another of its name further on may be one that runs.
    }
  }
  return { code };
}
