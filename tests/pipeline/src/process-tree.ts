import { readdirSync, readFileSync } from 'node:fs';

export type TreeReading = { pids: number[]; rssBytes: number; cpuSeconds: number };

type Stat = { pid: number; parent: number; ticks: number; rssPages: number };

const pageBytes = 4096;
const ticksPerSecond = 100;

/** One process from /proc, or null when it is gone. Fields after the name, which may hold blanks and parentheses. */
function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const at = (index: number): number => Number(fields[index]);
    return { pid, parent: at(1), ticks: at(11) + at(12), rssPages: at(21) };
  } catch {
    // Ended between the listing and the read.
    return null;
  }
}

const allStats = (): Stat[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat !== null);

/** An account of a process tree that owes nothing to the product: what the watched values are compared with. */
export function readTree(root: number): TreeReading {
  const stats = allStats();
  const inside = new Set([root]);
  for (let grew = true; grew;) {
    grew = false;
    for (const { pid, parent } of stats) {
      if (!inside.has(pid) && inside.has(parent)) {
        inside.add(pid);
        grew = true;
      }
    }
  }
  const own = stats.filter(({ pid }) => inside.has(pid));
  return {
    pids: own.map(({ pid }) => pid),
    rssBytes: own.reduce((sum, { rssPages }) => sum + rssPages * pageBytes, 0),
    cpuSeconds: own.reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond,
  };
}

/** The children of a process. */
export const childrenOf = (pid: number): number[] =>
  allStats()
    .filter((stat) => stat.parent === pid)
    .map((stat) => stat.pid);

/** What was started for a run and lives, by what stands in its environment. */
export const processesOfRun = (runId: string): number[] =>
  allStats()
    .map(({ pid }) => pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TELLTALE_RUN_ID=${runId}\0`);
      } catch {
        // It ended meanwhile.
        return false;
      }
    });
