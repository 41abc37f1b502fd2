import { readFileSync } from 'node:fs';

/** Resident memory of a process, in bytes; 0 when it is gone. */
export function memoryOf(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** The most that a process takes until it is asked, looked at 20 times a second. */
export function watchMemory(pid: number): { before: number; stop(): number } {
  const before = memoryOf(pid);
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, memoryOf(pid))), 50);
  return {
    before,
    stop() {
      clearInterval(timer);
      return Math.max(peak, memoryOf(pid));
    },
  };
}
