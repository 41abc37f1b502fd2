import type { StoredRunEvent } from '@telltale/contracts/http/records';
import type { Mark } from '../charts/series.ts';

/** The caps a run's own steps named, as lines of the charts they belong to. */
export function limitsOf(events: readonly StoredRunEvent[]): { memory: readonly Mark[]; processes: readonly Mark[] } {
  const marks = (limit: string): Mark[] => {
    const cap = events.findLast((event) => event.limit === limit && event.cap !== undefined)?.cap;
    return cap === undefined ? [] : [{ name: 'limit', value: cap }];
  };
  return { memory: marks('memory'), processes: marks('processes') };
}
