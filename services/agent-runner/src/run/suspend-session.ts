import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Clock } from '@telltale/runtime/clock';

const run = promisify(execFile);

/** A full-screen program takes a moment to give its terminal back before it stops. */
const lookMs = 150;
const looks = 8;
const tstp = 1n << 19n;

/** How the leader of a session stands: null when it is gone, or where the system does not tell. */
function leaderOf(pid: number): { stopped: boolean; inFront: boolean; ignores: boolean } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return { stopped: state === 'T', inFront: group === foreground, ignores: (BigInt(`0x${ignored}`) & tstp) !== 0n };
  } catch {
    return null;
  }
}

/** Whether signals can be typed in the terminal of a process: not while a full-screen program has it. */
async function hearsSignals(pid: number): Promise<boolean> {
  const { stdout } = await run('stty', ['-F', `/proc/${pid}/fd/0`, '-a']).catch(() => ({ stdout: '' }));
  return /(?:^|[\s;])isig(?:[\s;]|$)/.test(stdout);
}

/**
 * Stops the program of a pseudo-terminal for a Ctrl-Z that was typed there. The system does not deliver SIGTSTP to a session
 * whose leader's parent is in another one, so what a person would see stopped in a terminal of their own would go on, or
 * wait to be continued for ever. Where Ctrl-Z is a key like others (signals stay off), is ignored, or belongs to a job of a
 * shell in there, nothing is done; nor once it stopped by itself (`isOver`).
 */
export async function suspendSession(
  pid: number,
  { isOver, clock }: { isOver: () => boolean; clock: Clock },
): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    await clock.sleep(lookMs);
    if (isOver()) return;
    const leader = leaderOf(pid);
    if (leader === null || leader.stopped || leader.ignores || !leader.inFront) return;
    if (!(await hearsSignals(pid))) continue;
    if (isOver()) return;
    try {
      process.kill(-pid, 'SIGSTOP');
    } catch {
      // It ended meanwhile.
    }
    return;
  }
}
