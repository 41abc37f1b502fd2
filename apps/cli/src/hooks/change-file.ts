import { chmod, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isJson, objectOf } from '@telltale/answers/json-fields';
import { CliError } from '../failure.ts';
import { isOurs } from './hook-command.ts';
import type { HookFile } from './hook-files.ts';
import { withoutMark } from './byte-order-mark.ts';

const codeOf = (error: unknown): string => (error instanceof Error ? String(Reflect.get(error, 'code') ?? '') : '');

/**
 * Another process never sees half a file, and a crash leaves the old one. What a link leads to is changed, not the link; a
 * file that becomes empty is one that was not there, and no link to it is left.
 */
async function replace(path: string, text: string): Promise<void> {
  const at = await realpath(path).catch(() => path);
  if (text === '') {
    await rm(at, { force: true });
    return rm(path, { force: true });
  }
  const mode = await stat(at).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  );
  await mkdir(dirname(at), { recursive: true });
  const next = `${at}.telltale-${process.pid}`;
  try {
    await writeFile(next, text, { mode });
    // Of a new file the umask takes some away.
    await chmod(next, mode);
    await rename(next, at);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

/** Where the text of a file is kept that cannot be made again out of what we write: JSON laid out in a way of its own. */
const keptAt = (path: string): string => `${path}.before-telltale`;

/** Settings without a place for hooks that holds none. */
function meaningOf(text: string): string | null {
  try {
    const json: unknown = JSON.parse(text.trim() === '' ? '{}' : withoutMark(text));
    if (!isJson(json)) return null;
    const { hooks: _hooks, ...rest } = json;
    return JSON.stringify(Object.keys(objectOf(json, 'hooks')).length === 0 ? rest : json);
  } catch {
    // Not JSON: a text that is put back as it was made.
    return null;
  }
}

/** What is left when our hooks leave: the very text that was there before, unless the person changed the settings since. */
async function asItWas({ path, text, removed }: HookFile): Promise<string> {
  const left = removed(text);
  const kept = await readFile(keptAt(path), 'utf8').catch(() => null);
  return kept !== null && meaningOf(kept) !== null && meaningOf(kept) === meaningOf(left) ? kept : left;
}

/** The file's text without our hooks. */
export const withoutHooks = (file: HookFile): Promise<string> => asItWas(file);

/** Writes the changed text; says in a sentence why it could not be. */
export async function changeFile(file: HookFile, text: string): Promise<void> {
  const { path } = file;
  try {
    // Of a file that has our hooks already, the text before them is kept since then, or was as good as ours.
    const isNew = !isOurs(file.text) && isOurs(text);
    await mkdir(dirname(path), { recursive: true });
    if (isNew && file.removed(text) !== file.text) await writeFile(keptAt(path), file.text, { mode: 0o600 });
    await replace(path, text);
    if (!isOurs(text)) await rm(keptAt(path), { force: true });
  } catch (error) {
    throw new CliError(`${path} could not be changed (${codeOf(error) || String(error)}); it is as it was.`);
  }
}
