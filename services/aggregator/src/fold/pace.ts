import type { Clock } from '@telltale/runtime/clock';

/** Share of the time that folding may take, so that it costs little beside ingest. */
const calmShare = 0.15;
/** The share when the rollups fall behind by more than this: being late has become the greater harm. */
const lateShare = 0.5;
const lateMs = 8_000;
/** The share when it falls behind for good: more comes in all the time than half of the time can fold. */
const sinkingShare = 0.95;
const sinkingMs = 20_000;
const longestPauseMs = 5_000;
/** After a fold of few records: where that took long the machine was busy with something else, and waiting spares it little. */
const fewRecords = 2_000;
const shortPauseMs = 1_000;

export type Pace = {
  /** Resolves when the next fold may start, or the signal aborts. */
  ready(signal: AbortSignal): Promise<void>;
  /** Tells how long a fold took, how far behind the rollups are now, and how many records were folded. */
  worked(tookMs: number, lagMs: number, records: number): void;
};

/** Stretches the tick under load: after a fold of n ms the next one waits until the share of folding is small again. */
export function createPace(clock: Clock): Pace {
  let notBefore = 0;
  return {
    async ready(signal) {
      const wait = notBefore - clock.monotonic();
      if (wait <= 0) return;
      await clock.sleep(wait, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    },
    worked(tookMs, lagMs, records) {
      const share = lagMs > sinkingMs ? sinkingShare : lagMs > lateMs ? lateShare : calmShare;
      notBefore =
        clock.monotonic() + Math.min(records < fewRecords ? shortPauseMs : longestPauseMs, tookMs / share - tookMs);
    },
  };
}
