import { readFileSync } from 'node:fs';

function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'T';
  } catch {
    return false;
  }
}

/**
 * In a terminal the shell watches us, not the program: when the program stops itself (an editor's Ctrl-Z), we stop too,
 * so that the shell takes the terminal back; when the shell continues us, the program goes on.
 */
export function followStops(pid: number, isPaused: () => boolean): Disposable {
  const onChild = (): void => {
    // Who was stopped by us is to be let go on by us, so we must not stand still too.
    if (isStopped(pid) && !isPaused()) process.kill(process.pid, 'SIGSTOP');
  };
  const onContinue = (): void => {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // It ended while we were stopped.
    }
  };
  process.on('SIGCHLD', onChild);
  process.on('SIGCONT', onContinue);
  return {
    [Symbol.dispose]() {
      process.off('SIGCHLD', onChild);
      process.off('SIGCONT', onContinue);
    },
  };
}
