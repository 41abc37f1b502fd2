import type { Clock } from '@telltale/runtime/clock';
import type { PreparedRecord } from './prepare-record.ts';

export type BatcherLimits = { records: number; bytes: number; lingerMs: number };

/** Batches that left at once within one linger time before a producer counts as loaded. */
const immediateSeals = 4;

/**
 * Gathers the records of one lane. A lone record leaves at the end of the turn that made it. When records keep coming
 * (more than a few batches within one linger time) or the way out is blocked, they wait up to `lingerMs` to share a
 * batch; a full batch always leaves.
 */
export function createBatcher({
  clock,
  limits,
  blocked,
  seal,
}: {
  clock: Clock;
  limits: BatcherLimits;
  /** True while waiting costs nothing, because batches cannot leave anyway. */
  blocked: () => boolean;
  seal: (records: PreparedRecord[]) => void;
}) {
  let pending: PreparedRecord[] = [];
  let bytes = 0;
  let recentSeals: number[] = [];
  let loaded = false;
  let waiting = false;
  let lingering: AbortController | undefined;

  const sealNow = (): void => {
    lingering?.abort();
    lingering = undefined;
    if (pending.length === 0) return;
    const records = pending;
    pending = [];
    bytes = 0;
    seal(records);
  };

  const sealAtTurnsEnd = (): void => {
    if (waiting) return;
    waiting = true;
    setImmediate(() => {
      waiting = false;
      if (lingering === undefined) sealNow();
    });
  };

  const linger = (): void => {
    if (lingering !== undefined) return;
    const mine = new AbortController();
    lingering = mine;
    clock.sleep(limits.lingerMs, mine.signal).then(
      () => {
        lingering = undefined;
        loaded = pending.length > immediateSeals;
        sealNow();
      },
      () => undefined,
    );
  };

  const isLoaded = (): boolean => {
    if (loaded || blocked()) return true;
    const now = clock.monotonic();
    recentSeals = recentSeals.filter((at) => now - at < limits.lingerMs);
    loaded = recentSeals.length >= immediateSeals;
    if (!loaded && !waiting) recentSeals.push(now);
    return loaded;
  };

  return {
    add(record: PreparedRecord): void {
      if (bytes + record.bytes + 1 > limits.bytes) sealNow();
      pending.push(record);
      bytes += record.bytes + 1;
      if (pending.length >= limits.records) sealNow();
      else if (!waiting) {
        if (isLoaded()) linger();
        else sealAtTurnsEnd();
      }
    },
    sealNow,
    /** What waits, taken out: no batch will be made of it. */
    take(): PreparedRecord[] {
      const records = pending;
      pending = [];
      bytes = 0;
      return records;
    },
    size: () => pending.length,
  };
}
export type Batcher = ReturnType<typeof createBatcher>;
