/** Longest cycle that is looked for. */
const longestPeriod = 4;
/** How often a cycle has to come, in a row: the same call five times, or the same few calls four times. */
const repeatsOf = (period: number): number => (period === 1 ? 5 : 4);
/** How much of the past has to be kept. */
export const loopMemory = longestPeriod * 10;

export type Loop = { period: number; repeats: number };

/** The shortest cycle in which a list ends, and how often it came; null when it ends in none. */
export function findLoop(signatures: readonly string[]): Loop | null {
  const { length } = signatures;
  for (let period = 1; period <= longestPeriod; period += 1) {
    let same = 0;
    while (same + period < length && signatures[length - 1 - same] === signatures[length - 1 - same - period])
      same += 1;
    const repeats = Math.floor((same + period) / period);
    if (same > 0 && repeats >= repeatsOf(period)) return { period, repeats };
  }
  return null;
}
