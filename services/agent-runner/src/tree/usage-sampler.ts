import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import pidusage from 'pidusage';
import type { Sampler, WatchTree } from './sampler.ts';

const firstSampleMs = 150;

/**
 * For systems without /proc: the root process alone, through `pidusage`. Children, threads and files are not seen there,
 * so the sums are those of one process; the first reading has no processor time yet and is left out.
 */
export function createUsageSampler({
  clock,
  log,
  sampleIntervalMs,
}: {
  clock: Clock;
  log: Log;
  sampleIntervalMs: number;
}): Sampler {
  const ended: Promise<void>[] = [];

  const read = async (pid: number) => {
    try {
      return await pidusage(pid);
    } catch {
      // It ended between two readings.
      return null;
    }
  };

  return {
    watch({ pid, onSample, onLook, longestLookMs }: WatchTree) {
      const everyMs = Math.min(sampleIntervalMs, longestLookMs ?? sampleIntervalMs);
      let cpuMs = 0;
      let reportedAt = -Infinity;
      let finished = false;
      let readings = 0;
      const turn = async (): Promise<number> => {
        const usage = await read(pid);
        readings += 1;
        if (usage !== null && !finished) {
          // User and system time of the process so far, where the system tells it.
          cpuMs = Math.max(cpuMs, usage.ctime);
          onLook?.({ cpuMs, memoryBytes: usage.memory, processes: 1 });
        }
        if (usage !== null && !finished && readings > 1 && clock.monotonic() - reportedAt >= sampleIntervalMs * 0.9) {
          reportedAt = clock.monotonic();
          onSample({
            at: clock.now(),
            pid,
            cpuPercent: Math.max(0, usage.cpu),
            memoryBytes: usage.memory,
            threads: 1,
            processes: 1,
            status: 'running',
            children: [],
          });
        }
        return readings === 1 ? firstSampleMs : everyMs;
      };
      const loop = startLoop({ name: 'process usage', turn, everyMs, clock, log });
      const identity = { pid, startTicks: 0 };
      const isAlive = (): boolean => {
        // Of one that is gone; to 0 and below it, a signal goes to whole groups.
        if (pid <= 0) return false;
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      };
      return {
        members: () => (isAlive() ? [identity] : []),
        isAlive,
        finish() {
          finished = true;
          ended.push(Promise.resolve(loop[Symbol.asyncDispose]()));
          return [];
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(ended);
      pidusage.clear();
    },
  };
}
