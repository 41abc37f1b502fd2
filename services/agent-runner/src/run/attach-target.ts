import { readFileSync, readlinkSync, statSync } from 'node:fs';
import type { Environment } from './child-environment.ts';

/** A process that somebody else started, as far as it lets itself be read. */
export type AttachTarget = {
  pid: number;
  startTicks: number;
  argv: readonly string[];
  /** null: it cannot be read, so its git is not seen. */
  cwd: string | null;
  /** What it was started with, so that its secrets can be taken out of what is told. */
  env: Environment;
};
export type AttachRefusal = { refused: string };

const started = (pid: number): number | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : Number(fields[19]);
  } catch {
    return null;
  }
};

const parts = (pid: number, file: string): string[] => {
  try {
    const text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
    return text.split('\0').filter((part, at, all) => part !== '' || at < all.length - 1);
  } catch {
    // Another user's, seen as root in another namespace: what cannot be read is not known.
    return [];
  }
};

/** Whether that very process still runs. */
export const isSameProcess = ({ pid, startTicks }: Pick<AttachTarget, 'pid' | 'startTicks'>): boolean =>
  started(pid) === startTicks;

/** Looks at a process before it is watched: only one of the same user, or any for root. */
export function readAttachTarget(pid: number, own = process.geteuid?.()): AttachTarget | AttachRefusal {
  const startTicks = started(pid);
  if (startTicks === null) return { refused: `there is no process ${pid} that runs here` };
  if (pid === process.pid) return { refused: `process ${pid} is the keeper itself` };
  if (own !== 0 && statSync(`/proc/${pid}`).uid !== own)
    return { refused: `process ${pid} is another user's: only that user and root may watch it` };
  let cwd: string | null = null;
  try {
    cwd = readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // It does not let itself be read; its git is not seen then.
  }
  const env = Object.fromEntries(
    parts(pid, 'environ').flatMap((line) => {
      const at = line.indexOf('=');
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );
  return { pid, startTicks, argv: parts(pid, 'cmdline'), cwd, env };
}
