import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createGit } from '../repo-pool/git.ts';
import type { Environment } from '../run/child-environment.ts';

/** The command waits for the first look; its end for the second. */
const firstLookMs = 10_000;
const secondLookMs = 120_000;

export type Changes = {
  /** Where the repository was; null before its first commit. */
  commit: string | null;
  /** Writes a patch of what has changed since, committed or not, new files included and ignored ones not. */
  diff(file: string): Promise<void>;
};

/** Nothing of the repository's own may be touched: not its index, not even its objects. */
const always = ['-c', 'safe.directory=*', '-c', 'core.untrackedCache=false', '-c', 'core.splitIndex=false'];

/**
 * Remembers how the repository of a folder looks, without a change to it: what is noted goes into `folder`, which is
 * private. Null where `cwd` is in no working tree. Rejects when git cannot tell in time.
 */
export async function watchChanges(options: {
  cwd: string;
  folder: string;
  env: Environment;
  signal: AbortSignal;
}): Promise<Changes | null> {
  const { cwd, folder, env, signal } = options;
  const git = createGit({ env });
  const within = (ms: number) => AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  const first = within(firstLookMs);
  const ask = async (...args: string[]): Promise<string> =>
    (await git([...always, '-C', cwd, ...args], { signal: first })).trim();
  const top = await ask('rev-parse', '--show-toplevel').catch(() => '');
  first.throwIfAborted();
  if (top === '') return null;
  const commit = await ask('rev-parse', '--verify', '--quiet', 'HEAD').catch(() => null);
  const [index = '', shared = ''] = (await ask('rev-parse', '--git-path', 'index', '--git-path', 'objects'))
    .split('\n')
    .map((path) => resolve(cwd, path));
  const objects = { own: join(folder, 'objects'), shared };
  await mkdir(objects.own, { recursive: true });

  /** The whole tree as an object of ours; with the repository's own index to begin with, only what differs is read. */
  const lookAt = async (within: AbortSignal): Promise<string> => {
    const indexFile = join(folder, 'index');
    await rm(indexFile, { force: true });
    await copyFile(index, indexFile).catch(() => undefined);
    const options = { signal: within, indexFile, objects };
    await git([...always, '-C', top, 'add', '--all', '--', '.'], options);
    return (await git([...always, '-C', top, 'write-tree'], options)).trim();
  };
  const before = await lookAt(first);

  return {
    commit,
    async diff(file) {
      const second = within(secondLookMs);
      const after = await lookAt(second);
      const patch = ['diff', '--binary', '--no-ext-diff', '--no-textconv', '--no-color', `--output=${file}`];
      await git([...always, '-C', top, ...patch, before, after], { signal: second, objects });
    },
  };
}
