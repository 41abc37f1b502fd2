/** A process that is still the same one as long as both agree. */
export type ProcessIdentity = { pid: number; startTicks: number };

/** One look at a whole tree. Sums are over its processes; what a system cannot tell is absent. */
export type TreeSample = {
  /** Milliseconds since 1970. */
  at: number;
  pid: number;
  /** Since the sample before; 100 is one core. */
  cpuPercent: number;
  memoryBytes: number;
  threads: number;
  processes: number;
  openFiles?: number;
  /** In every tenth sample: shared pages count once for all who share them. */
  proportionalBytes?: number;
  ioReadBytes?: number;
  ioWriteBytes?: number;
  status: string;
  /** The five below the root that hold the most memory and the five busiest, by memory; by the names of their commands. */
  children: { pid: number; name: string; cpuPercent: number; memoryBytes: number }[];
};

export type WatchTree = {
  pid: number;
  runId: string;
  /** The root is the leader of its own session, so whatever is in that session belongs to it. */
  ownSession: boolean;
  /** It ran before it was watched: the processor time until now is not of this watching. */
  ranBefore?: boolean | undefined;
  onSample: (sample: TreeSample) => void;
  /** Every look at the tree, also those that are no sample. */
  onLook?: ((look: TreeLook) => void) | undefined;
  /** The longest time between two looks; for limits, which are only as good as the looks. */
  longestLookMs?: number | undefined;
  /** The control group that holds the tree: its name, and who is in it, whoever their parent is. */
  controlGroup?: { name: string; pids: () => readonly number[] } | undefined;
};

/** What a limit needs to know. */
export type TreeLook = { cpuMs: number; memoryBytes: number; processes: number };

export type WatchedTree = {
  /** Who is in the tree now, the root too while it lives. */
  members(): ProcessIdentity[];
  /** Whether that very process still runs (a zombie does not). */
  isAlive(process: ProcessIdentity): boolean;
  /**
   * The root ended: hands out what was seen last, stops watching and says who is left. `peakBytes`: it is known to have had
   * so much memory, whether a look saw it or not.
   */
  finish(known?: { peakBytes?: number }): ProcessIdentity[];
};

/**
 * Looks at the trees of all runs of a host. Every sample is a true look; beside the regular ones there is an extra one
 * for a peak of memory between two of them that is more than 5 % above all that was reported, so that the greatest
 * `memoryBytes` of a run is its peak.
 */
export type Sampler = AsyncDisposable & { watch(tree: WatchTree): WatchedTree };
