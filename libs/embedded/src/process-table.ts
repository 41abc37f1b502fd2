import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** Names one process for good: a pid alone is given out again, with its start time it is not. */
export interface ProcessMark {
  pid: number;
  /** Clock ticks since boot, as /proc has it. */
  started: string;
}

/** One line of the process table. */
export interface ProcessFacts extends ProcessMark {
  /** The program's name, cut to 15 characters by the kernel. */
  name: string;
  /** R, S, D, T, Z, X … of /proc. */
  state: string;
  parentPid: number;
}

/** What /proc says of a pid; undefined when there is no such process. */
export function readProcess(pid: number): ProcessFacts | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command name stands in parentheses and may itself contain blanks and parentheses.
  const nameEnd = stat.lastIndexOf(')');
  const name = stat.slice(stat.indexOf('(') + 1, nameEnd);
  const fields = stat.slice(nameEnd + 2).split(' ');
  const [state = 'X', parent = '0'] = fields;
  return { pid, name, state, parentPid: Number(parent), started: fields[19] ?? '' };
}

/** True while this very process runs. A zombie does not: it only waits for its parent to notice. */
export function isRunning(mark: ProcessMark): boolean {
  const facts = readProcess(mark.pid);
  return facts !== undefined && facts.started === mark.started && facts.state !== 'Z' && facts.state !== 'X';
}

/** The mark of a process that exists now. */
export function markOf(pid: number): ProcessMark | undefined {
  const facts = readProcess(pid);
  return facts && { pid, started: facts.started };
}

/**
 * Running processes of a program whose working directory is `folder`. A server's processes all stand in its data
 * folder, also backends that outlive their postmaster for a moment. Processes that may not be looked at are left out.
 */
export function processesIn(folder: string, program: string): ProcessMark[] {
  const found: ProcessMark[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const cwd = readlinkSync(`/proc/${name}/cwd`);
      if (cwd !== folder) continue;
    } catch {
      continue;
    }
    const facts = readProcess(Number(name));
    if (facts && facts.name === program && isRunning(facts)) found.push({ pid: facts.pid, started: facts.started });
  }
  return found;
}
