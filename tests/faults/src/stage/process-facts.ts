import { readdirSync, readFileSync } from 'node:fs';

/** Memory that is a process's own, in bytes; 0 when it is gone. */
export function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    // Killed a moment ago.
    return 0;
  }
}

/** Open file descriptors; 0 when it is gone. */
export function openFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    // Killed a moment ago.
    return 0;
  }
}
