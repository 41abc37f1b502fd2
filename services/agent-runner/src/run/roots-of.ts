import { readFileSync } from 'node:fs';

/** Those of some processes whose parent is none of them: who watches these sees all. */
export function rootsOf(pids: readonly number[]): number[] {
  const all = new Set(pids);
  return pids.filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      return !all.has(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended.
      return false;
    }
  });
}
