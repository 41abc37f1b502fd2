import { readFileSync } from 'node:fs';

/** CPU time of all processors in seconds: what anything worked in, and what the host gave to other machines. */
type Ticks = { busy: number; stolen: number; all: number };

function readTicks(): Ticks {
  const line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? '';
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, stolen = 0] = line
    .split(/\s+/)
    .slice(1)
    .map((ticks) => Number(ticks) / 100);
  const busy = user + nice + system + irq + softirq;
  return { busy, stolen, all: busy + idle + wait + stolen };
}

/** Shares of all processors' time. */
export type MachineLoad = { others: number; stolen: number };

/** Measures from now on what else the machine did than `ownSeconds` of CPU time. Linux only. */
export function watchMachine(): (ownSeconds: number) => MachineLoad {
  const begin = readTicks();
  return (ownSeconds) => {
    const end = readTicks();
    const all = Math.max(end.all - begin.all, 0.01);
    return {
      others: Math.max(0, end.busy - begin.busy - ownSeconds) / all,
      stolen: (end.stolen - begin.stolen) / all,
    };
  };
}
