/** One living process of a tree and a counter of its own that only grows. */
export type Counted = {
  key: string;
  /** The member that started it, as far as known. */
  parentKey: string | null;
  own: number;
  /** What children that it waited for left to it. For counters that mix both, `own` is 0. */
  inherited: number;
};

type Last = Counted & { total: number };

/**
 * The total of a counter over a tree whose members come and go, such as processor time. A child that ends leaves its
 * count to the parent that waits for it, so summing own and inherited counts of the living counts everything once.
 * What nobody inherited (the parent is no member, or does not wait) is kept here from its last sight. The total never
 * falls.
 */
export function createRunningTotal() {
  let last = new Map<string, Last>();
  let lost = 0;
  let highest = 0;

  /** The nearest ancestor that still lives, by what was last known of those that do not. */
  const heirOf = (key: string, living: ReadonlyMap<string, Last>): string | null => {
    let at = last.get(key)?.parentKey ?? null;
    for (let steps = 0; at !== null && steps < 1_000; steps += 1) {
      if (living.has(at)) return at;
      at = last.get(at)?.parentKey ?? null;
    }
    return null;
  };

  return {
    update(members: readonly Counted[]): number {
      const living = new Map<string, Last>();
      let sum = 0;
      for (const member of members) {
        const total = member.own + member.inherited;
        sum += total;
        living.set(member.key, { ...member, total });
      }
      const expected = new Map<string, number>();
      for (const [key, gone] of last) {
        if (living.has(key)) continue;
        const heir = heirOf(key, living);
        if (heir === null) lost += gone.total;
        else expected.set(heir, (expected.get(heir) ?? 0) + gone.total);
      }
      for (const [heir, amount] of expected) {
        const inherited = (living.get(heir)?.inherited ?? 0) - (last.get(heir)?.inherited ?? 0);
        lost += Math.max(0, amount - inherited);
      }
      last = living;
      highest = Math.max(highest, sum + lost);
      return highest;
    },
  };
}
