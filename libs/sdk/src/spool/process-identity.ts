import { readFileSync } from 'node:fs';

/** What tells a process apart from a later one with the same pid. */
export type ProcessIdentity = { pid: number; start_time: string | null };

/** Clock ticks since boot at which a process started, where /proc says so; null elsewhere or when it is gone or a zombie. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the fields after its last one are state (3rd) … starttime (22nd).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

export const processOf = (pid: number): ProcessIdentity => ({ pid, start_time: startTime(pid) });
export const thisProcess = (): ProcessIdentity => processOf(process.pid);

/** True while the very process that `identity` names lives. Without /proc a reused pid cannot be told apart. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.start_time !== null) return startTime(identity.pid) === identity.start_time;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && Reflect.get(error, 'code') === 'EPERM';
  }
}
