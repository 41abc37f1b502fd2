import { IntakeRefusal } from '@telltale/stream/intake-gate';

/** Seconds' worth of its rate that a team may send at once after a pause. */
const burstSeconds = 2;

export type TeamRates = {
  /** Throws IntakeRefusal while the team still owes for what it sent. */
  check(team: string): void;
  /** Takes the records from the team's allowance. A large batch is taken whole and paid off before the next one. */
  spend(team: string, records: number): void;
};

/**
 * A token bucket a team, so that one that sends too much waits for itself and not its neighbours. `now` is a monotonic
 * clock in ms; `rateOf` answers records a second, null for no limit.
 */
export function createTeamRates(options: { rateOf: (team: string) => number | null; now: () => number }): TeamRates {
  const { rateOf, now } = options;
  const buckets = new Map<string, { tokens: number; at: number }>();

  const bucketOf = (team: string, rate: number): { tokens: number; at: number } => {
    const bucket = buckets.get(team) ?? { tokens: rate * burstSeconds, at: now() };
    const at = now();
    bucket.tokens = Math.min(rate * burstSeconds, bucket.tokens + ((at - bucket.at) / 1_000) * rate);
    bucket.at = at;
    buckets.set(team, bucket);
    return bucket;
  };

  return {
    check(team) {
      const rate = rateOf(team);
      if (rate === null) return;
      const { tokens } = bucketOf(team, rate);
      if (tokens <= 0) throw new IntakeRefusal('team_rate', Math.max(1, Math.ceil(-tokens / rate)));
    },
    spend(team, records) {
      const rate = rateOf(team);
      if (rate !== null) bucketOf(team, rate).tokens -= records;
    },
  };
}
