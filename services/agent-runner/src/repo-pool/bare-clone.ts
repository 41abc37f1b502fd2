import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TelltaleError } from '@telltale/contracts/errors';
import { GitError, type Git } from './git.ts';
import type { RepoAddress } from './repo-address.ts';

/** Words of git that mean the network or the other side, which may be well again soon. */
const passing =
  /could ?not (resolve|connect)|couldn't connect|failed to connect|connection (refused|reset|timed out)|timed out|early eof|unexpected disconnect|HTTP 5\d\d/i;

function toRefusal(error: unknown, url: string): unknown {
  if (!(error instanceof GitError)) return error;
  const words = error.words.split('\n').at(-1)?.slice(0, 300) ?? '';
  const detail = `git cannot read ${url}: ${words}`;
  if (passing.test(error.words)) return new TelltaleError('unavailable', detail, { retryAfter: 5, cause: error });
  return new TelltaleError('invalid_request', `#/repo_url: ${detail}`, {
    errors: [{ pointer: '#/repo_url', code: 'unreadable', detail }],
    cause: error,
  });
}

/** The one clone of a repository; the working trees of its slots hang on it. */
export function createBareClone({ folder, url, git }: { folder: string; url: RepoAddress['url']; git: Git }) {
  const gitDir = join(folder, 'bare.git');
  const config = [
    '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true',
    `[remote "origin"]\n\turl = "${url}"\n\tfetch = +refs/heads/*:refs/remotes/origin/*`,
  ].join('\n');
  let updating: Promise<unknown> = Promise.resolve();

  /** Whoever worked in a slot may have written here: settings, hooks and filters are ours alone. */
  const resetSettings = async (): Promise<void> => {
    await rm(join(gitDir, 'config'), { force: true, recursive: true });
    await writeFile(join(gitDir, 'config'), `${config}\n`, { mode: 0o600, flag: 'wx' });
    for (const place of ['hooks', 'info', 'config.worktree', 'config.lock', 'objects/info/alternates']) {
      await rm(join(gitDir, place), { recursive: true, force: true });
    }
    await mkdir(join(gitDir, 'info'), { recursive: true });
  };

  const newest = async (signal: AbortSignal): Promise<string> => {
    await mkdir(gitDir, { recursive: true, mode: 0o700 });
    await resetSettings();
    await git(['init', '--quiet', '--bare', '--', gitDir], { signal });
    try {
      const heads = await git(['ls-remote', '--', url, 'HEAD'], { signal });
      const commit = /^([0-9a-f]{40,64})\tHEAD$/m.exec(heads)?.[1];
      if (commit === undefined) throw new GitError(['ls-remote'], 'the repository has no commit');
      const known = await git(['--git-dir', gitDir, 'cat-file', '-e', `${commit}^{commit}`], { signal }).then(
        () => true,
        () => false,
      );
      if (!known) {
        const branches = ['+refs/heads/*:refs/remotes/origin/*', '+HEAD:refs/telltale/head'];
        await git(['--git-dir', gitDir, 'fetch', '--quiet', '--no-tags', '--prune', '--', url, ...branches], {
          signal,
        });
      }
      return commit;
    } catch (error) {
      throw toRefusal(error, url);
    }
  };

  return {
    gitDir,
    resetSettings,
    /** Brings the clone up to date, one at a time; the answer is the newest commit of the default branch. */
    update(signal: AbortSignal): Promise<string> {
      const turn = updating.then(() => {
        signal.throwIfAborted();
        return newest(signal);
      });
      updating = turn.catch(() => undefined);
      return turn;
    },
    /** Runs something while nobody else changes the clone. */
    async alone<T>(work: () => Promise<T>): Promise<T> {
      const turn = updating.then(work);
      updating = turn.catch(() => undefined);
      return turn;
    },
  };
}
export type BareClone = ReturnType<typeof createBareClone>;
