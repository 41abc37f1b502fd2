/** The same for the same agent, and as good as drawn for many. */
function phaseOf(agentId: string): number {
  let hash = 7;
  for (let index = 0; index < agentId.length; index += 1) hash = (Math.imul(hash, 31) + agentId.charCodeAt(index)) | 0;
  // Names that follow one another are to be far apart.
  return Math.imul(hash ^ (hash >>> 15), 2_654_435_761) >>> 0;
}

/**
 * When an agent's next update may leave, in the clock's monotonic ms: at once after a quiet interval, else when it is over,
 * at a multiple of `gridMs` if there is one. A stretched interval gives each agent a moment of its own in it, so that the
 * news of a whole fleet do not come to a crowd all at the same time.
 */
export function dueTime(options: {
  agentId: string;
  nowMs: number;
  sentAtMs: number;
  intervalMs: number;
  /** How many times longer the interval is than usual; 1: it is as usual. */
  stretch: number;
  gridMs: number;
}): number {
  const { agentId, nowMs, sentAtMs, intervalMs, stretch, gridMs } = options;
  const wholeMs = intervalMs * stretch;
  if (sentAtMs + wholeMs <= nowMs) return nowMs;
  const toGrid = (ms: number): number => (gridMs > 0 ? Math.ceil(ms / gridMs) * gridMs : ms);
  if (stretch <= 1) return toGrid(sentAtMs + wholeMs);
  const earliest = Math.max(nowMs, sentAtMs + intervalMs);
  const phase = phaseOf(agentId) % wholeMs;
  return toGrid(Math.ceil((earliest - phase) / wholeMs) * wholeMs + phase);
}
