import { spawn } from 'node:child_process';

export class GitError extends Error {
  /** The last lines that git wrote, at most 500 characters. */
  readonly words: string;
  constructor(args: readonly string[], words: string, cause?: unknown) {
    super(`git ${args.find((arg) => !arg.startsWith('-')) ?? ''} failed: ${words}`, { cause });
    this.name = 'GitError';
    this.words = words;
  }
}

export type Git = (
  args: readonly string[],
  options: {
    signal?: AbortSignal | undefined;
    indexFile?: string;
    /** New objects go into `own`; the repository's are read from `shared`. */
    objects?: { own: string; shared: string };
  },
) => Promise<string>;

/** What must hold whatever a repository or its owner says: no hooks, no monitors, no prompts, no helpers as transports. */
const always = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.symlinks', 'true'],
  ['protocol.ext.allow', 'never'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['submodule.recurse', 'false'],
  ['advice.detachedHead', 'false'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);

const mostOutput = 4 * 1024 * 1024;

/** Runs git by argv, never through a shell. Resolves with what it wrote; rejects with GitError, or the signal's reason. */
export function createGit({ env }: { env: Readonly<Record<string, string | undefined>> }): Git {
  const kept = ['PATH', 'HOME', 'SSH_AUTH_SOCK', 'TMPDIR', 'GIT_SSL_CAINFO', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY'];
  const own = {
    ...Object.fromEntries(kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    GIT_ALLOW_PROTOCOL: 'http:https:ssh:file',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
    GIT_LFS_SKIP_SMUDGE: '1',
  };

  return (args, { signal, indexFile, objects }) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      // A group of its own: helpers of git end with it.
      const env = {
        ...own,
        ...(indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile }),
        ...(objects === undefined
          ? {}
          : { GIT_OBJECT_DIRECTORY: objects.own, GIT_ALTERNATE_OBJECT_DIRECTORIES: objects.shared }),
      };
      const child = spawn('git', [...always, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      let out = '';
      let words = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (out.length < mostOutput) out += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        words = (words + text).slice(-500);
      });
      const stop = (): void => {
        try {
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        } catch {
          child.kill('SIGKILL');
        }
      };
      signal?.addEventListener('abort', stop, { once: true });
      child.once('error', (error) => reject(new GitError(args, error.message, error)));
      child.once('close', (code) => {
        signal?.removeEventListener('abort', stop);
        if (code === 0) resolve(out);
        else if (signal?.aborted === true) reject(signal.reason as Error);
        else reject(new GitError(args, words.trim() || `it ended with ${code}`));
      });
    });
}
