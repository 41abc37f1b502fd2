const longestWaitSeconds = 20;

/** The seconds of `Prefer: wait=<seconds>` (RFC 7240), as milliseconds; at most 20 s. */
export function waitOf(header: string | string[] | undefined): number {
  const seconds = /(?:^|[,;\s])wait=(\d{1,4})\b/.exec(String(header ?? ''))?.[1];
  return Math.min(Number(seconds ?? 0), longestWaitSeconds) * 1_000;
}
