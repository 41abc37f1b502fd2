/** A small seeded generator (mulberry32): the same seed gives the same records, so that two runs compare. */
export function createRandom(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** A whole number from `low` to `high`, both included. */
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    whole,
    chance: (probability: number): boolean => next() < probability,
    pick<const T>(list: readonly T[]): T {
      const picked = list[whole(0, list.length - 1)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    /** Most values near `typical`, some many times larger, as durations and sizes are. */
    longTailed: (typical: number): number => typical * Math.exp((next() + next() + next() - 1.5) * 1.6),
    hex: (length: number): string =>
      Array.from({ length: Math.ceil(length / 8) }, () =>
        Math.floor(next() * 2 ** 32)
          .toString(16)
          .padStart(8, '0'),
      )
        .join('')
        .slice(0, length),
  };
}
export type Random = ReturnType<typeof createRandom>;
