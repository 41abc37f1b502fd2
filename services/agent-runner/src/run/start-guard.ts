import { spawn } from 'node:child_process';
import type { Environment } from './child-environment.ts';

/** Waits for a word; at the end of its input without one it becomes what it was given. */
const script = 'read -r word || exec "$@"';

/**
 * A guard for a run whose owner may be killed without a word: a process of a few hundred kB that starts `argv` when this
 * process is gone and did not say that all is over. Where there is no shell, nobody guards.
 */
export function startGuard({ argv, env }: { argv: readonly string[]; env: Environment }): { over(): void } {
  const guard = spawn('/bin/sh', ['-c', script, 'telltale-guard', ...argv], {
    cwd: '/',
    env: { ...env },
    // Of no terminal: what ends this process and its group leaves it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.once('error', () => undefined);
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  // Its end of the pipe must not keep this process, and is closed by the system with it.
  if (guard.stdin !== null && 'unref' in guard.stdin) (guard.stdin as { unref(): void }).unref();
  return { over: () => void guard.stdin?.end('over\n') };
}
