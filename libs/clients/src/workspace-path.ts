import { lstat, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Characters that some file systems leave out of names, so that what looks harmless would be `.git`. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

const isGitFolder = (part: string): boolean => {
  const plain = part
    .normalize('NFKC')
    .replaceAll(invisible, '')
    .replaceAll(/[. ]+$/g, '')
    .toLowerCase();
  return plain === '.git' || /^git~\d+$/.test(plain) || plain.startsWith('.git:');
};

/** What is wrong with a path that somebody else chose, as words; null when it may name a file of a workspace. */
export function pathProblem(path: string): string | null {
  if (path === '') return 'is empty';
  if (path.length > 1_000) return 'is longer than 1000 characters';
  if (!path.isWellFormed()) return 'is not well-formed Unicode';
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return 'holds a control character';
  if (path.includes('\\')) return 'holds a backslash; parts are separated by /';
  if (path.startsWith('/')) return 'is absolute';
  if (/^[A-Za-z]:/.test(path)) return 'begins with a drive';
  if (path.startsWith('~')) return 'begins with ~';
  for (const part of path.split('/')) {
    if (part === '') return 'has an empty part';
    if (part === '.' || part === '..') return 'has a part that is . or ..';
    if (Buffer.byteLength(part) > 255) return 'has a part that is longer than 255 bytes';
    if (isGitFolder(part)) return 'lies in the folder of git';
  }
  return null;
}

/**
 * Whether the file that `path` names lies in the workspace as it is on the disk now: no part of it is a link, and what
 * exists is a folder or, at its end, a file.
 */
export async function diskProblem(workspacePath: string, path: string): Promise<string | null> {
  const root = await realpath(workspacePath);
  let at = root;
  const parts = path.split('/');
  for (const [index, part] of parts.entries()) {
    at = join(at, part);
    if (at !== root && !at.startsWith(root.endsWith(sep) ? root : root + sep)) return 'leaves the workspace';
    const stat = await lstat(at).catch((error: unknown) => {
      if (error instanceof Error && Reflect.get(error, 'code') === 'ENOENT') return null;
      throw error;
    });
    if (stat === null) return null;
    if (stat.isSymbolicLink()) return 'goes through a symbolic link';
    const last = index === parts.length - 1;
    if (last ? !stat.isFile() : !stat.isDirectory())
      return last ? 'names something that is no file' : 'goes through a file';
    // Another name of a file that lies elsewhere would be changed with it.
    if (last && stat.nlink > 1) return 'names a file with several hard links';
  }
  return null;
}
