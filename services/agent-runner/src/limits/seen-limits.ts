import type { RunStreams } from '../run/streams.ts';
import type { RunLimits } from './run-limits.ts';

/**
 * The limits that can be held. What a program writes into a terminal that it was given is not seen, and one that prints
 * must not be ended as idle.
 */
export function seenLimits(
  limits: RunLimits,
  { streams, say }: { streams: Pick<RunStreams, 'stdout' | 'stderr'>; say?: ((line: string) => void) | undefined },
): RunLimits {
  const isUnseen = streams.stdout === 'inherit' || streams.stderr === 'inherit';
  if (limits.idle === undefined || !isUnseen) return limits;
  say?.('idle time is not held here: what is written into the terminal is not seen; with --pty it is');
  return { ...limits, idle: undefined };
}
