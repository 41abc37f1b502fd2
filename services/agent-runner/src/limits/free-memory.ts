import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

export type Memory = { freeBytes: number; allBytes: number };

const numberIn = (file: string): number | null => {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return /^\d+$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
};

/** What the kernel says can still be given out without swapping. */
function ofMachine(): Memory {
  const allBytes = totalmem();
  try {
    const found = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    if (found !== undefined) return { freeBytes: Number(found) * 1_024, allBytes };
  } catch {
    // No Linux: what is not used at all is less than what can be had.
  }
  return { freeBytes: freemem(), allBytes };
}

/** Of a container or a service with a bound of its own; caches in it can be given up. */
function ofGroup(folder: string, [bound, used]: readonly [string, string]): Memory | null {
  const [allBytes, usedBytes] = [numberIn(`${folder}/${bound}`), numberIn(`${folder}/${used}`)];
  if (allBytes === null || usedBytes === null || allBytes >= totalmem()) return null;
  const cache = /^(?:total_)?inactive_file (\d+)$/m.exec(readQuietly(`${folder}/memory.stat`))?.[1];
  return { freeBytes: Math.max(0, allBytes - usedBytes + Number(cache ?? 0)), allBytes };
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The memory that programs of this machine, or of the container around us, can still have: by use, not by number. */
export function readMemory(root = '/sys/fs/cgroup'): Memory {
  const group =
    ofGroup(root, ['memory.max', 'memory.current']) ??
    ofGroup(`${root}/memory`, ['memory.limit_in_bytes', 'memory.usage_in_bytes']);
  const machine = ofMachine();
  return group !== null && group.freeBytes < machine.freeBytes ? group : machine;
}
