/** What a process uses right now. */
export type Usage = {
  memoryBytes: number;
  /** CPU time used since the process started. */
  cpuMs: number;
};

/** Of this very process: resident memory, and CPU time of all its threads. */
export function thisProcessUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { memoryBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1_000 };
}
