import type { StreamBatch } from '@telltale/contracts/batch';

type Numbered = Pick<StreamBatch, 'team_id' | 'producer_id' | 'seq'>;

/** The highest seq of each producer that came in here; of at most `most` producers, those heard of last. */
export function createNewestSeqs(most = 10_000) {
  const newest = new Map<string, number>();
  const nameOf = ({ team_id, producer_id }: Numbered): string => `${team_id}\n${producer_id}`;

  return {
    /** Whether a producer that is known here goes on: what is above all that came before was not stored through here. */
    goesOn: (batch: Numbered): boolean => batch.seq > (newest.get(nameOf(batch)) ?? Number.POSITIVE_INFINITY),
    note(batch: Numbered): void {
      const name = nameOf(batch);
      const seq = Math.max(batch.seq, newest.get(name) ?? 0);
      newest.delete(name);
      newest.set(name, seq);
      const [oldest] = newest.keys();
      if (newest.size > most && oldest !== undefined) newest.delete(oldest);
    },
  };
}
