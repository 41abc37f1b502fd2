import type { Play } from './play.ts';
import type { StageOptions } from '../stage/stage.ts';

/** One kind of trouble and the load it happens under. */
export type Scenario = {
  name: string;
  /** What it does, for the table. */
  what: string;
  stage?: StageOptions;
  /** Makes the stage itself, for scenarios that need servers of their own. */
  prepare?: (folder: AsyncDisposableStack, play: { log: (line: string) => void }) => Promise<StageOptions>;
  /** Faults that must have happened for the run to count; 1 unless given. */
  atLeast?: number;
  /** Everything is stored and folded at the latest so long after the load has ended. */
  settledWithinMs?: number;
  /** Only in `npm run faults:long`. */
  long?: boolean;
  /**
   * What is no fault here: rows of records that the scenario sent beside the oracle or that the product itself said, dead
   * letters that it provoked, short buckets of times so long ago that they are dropped.
   */
  tolerates?: readonly ('foreign' | 'deadLettered' | 'droppedBuckets')[];
  /** Plays it. Whatever it started is brought to an end and judged by the frame. */
  play: (play: Play) => Promise<void>;
};
