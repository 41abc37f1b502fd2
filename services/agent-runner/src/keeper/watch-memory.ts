import { totalmem } from 'node:os';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';

const gib = 1024 ** 3;
/** Of the machine, or what its container may use. */
const availableBytes = (): number => Math.min(totalmem(), process.constrainedMemory() || totalmem());
const lookMs = 5_000;
/** How often it is still too much before it is given up that this process ends by itself. */
const patience = 4;

/**
 * The last resort. Whatever its runs print, a keeper takes some 200 MiB, and all that it holds has bounds of its own; were
 * one of them missing, the machine would be lost with all that runs on it. Buffers are outside the heap that V8 bounds, so
 * it is the resident memory that is looked at: beyond 4 GiB, or half of the machine or container where that is less, but never below 1 GiB, the keeper is to end,
 * its runs by the ladder; where it does not, it is killed, and the next keeper ends and tells what was left.
 */
export function watchMemory({
  onTooMuch,
  kill,
  usage = process.memoryUsage,
  mostBytes = Math.max(gib, Math.min(4 * gib, availableBytes() / 2)),
  clock,
  log,
}: {
  onTooMuch: (why: string) => void;
  kill: () => void;
  usage?: () => NodeJS.MemoryUsage;
  mostBytes?: number;
  clock: Clock;
  log: Log;
}): AsyncDisposable {
  let looks = 0;
  const turn = async (): Promise<void> => {
    const memory = usage();
    if (memory.rss <= mostBytes) return;
    looks += 1;
    log.error({ ...memory, most_bytes: mostBytes }, 'this keeper takes more memory than any run is worth');
    if (looks === 1) onTooMuch(`the keeper took ${(memory.rss / gib).toFixed(1)} GiB of memory`);
    if (looks > patience) kill();
  };
  return startLoop({ name: 'memory', turn, everyMs: lookMs, clock, log });
}
