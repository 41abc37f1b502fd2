import { residentBytes } from '../stage/process-facts.ts';
import type { Play } from './play.ts';

const mebibyte = 2 ** 20;
/** What a service may have resident under any load of the suite (I9). */
export const ceilings: Readonly<Record<string, number>> = {
  collector: 450 * mebibyte,
  aggregator: 350 * mebibyte,
  gateway: 450 * mebibyte,
  /** Six producers, each with up to 32 MiB on their way to the disk, as records, as text and as frames. */
  recorder: 1_024 * mebibyte,
};

const everyMs = 500;

/** Looks at the memory of every service and recorder while a scenario runs. */
export function watchMemory(play: Play) {
  const peaks = new Map<string, number>();
  const look = (): void => {
    for (const { name, pid } of [...play.processes.running(), ...play.recorders()]) {
      peaks.set(name, Math.max(peaks.get(name) ?? 0, residentBytes(pid)));
    }
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return {
    peaks: (): ReadonlyMap<string, number> => peaks,
    [Symbol.dispose](): void {
      clearInterval(timer);
    },
  };
}
