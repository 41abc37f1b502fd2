import type { StoredRunEvent } from '@telltale/contracts/http/records';
import type { Mark } from '../charts/series.ts';

/** What a run may use, told at its start. */
function toldAtStart(events: readonly StoredRunEvent[], limit: string): number | undefined {
  const limits: unknown = events.find(({ event }) => event === 'started')?.evidence?.['limits'];
  const cap: unknown = typeof limits === 'object' && limits !== null ? Reflect.get(limits, limit) : undefined;
  return typeof cap === 'number' ? cap : undefined;
}

/** The caps of a run, as lines of the charts they belong to: named by its own steps, or told at its start. */
export function limitsOf(events: readonly StoredRunEvent[]): { memory: readonly Mark[]; processes: readonly Mark[] } {
  const marks = (limit: string): Mark[] => {
    const cap =
      events.findLast((event) => event.limit === limit && event.cap !== undefined)?.cap ?? toldAtStart(events, limit);
    return cap === undefined ? [] : [{ name: 'limit', value: cap }];
  };
  return { memory: marks('memory'), processes: marks('processes') };
}
