import { localTimeOf } from '@telltale/contracts/local-time';
import { sql, type RawBuilder } from 'kysely';

const quarter = 15 * 60_000;
const day = 96 * quarter;

/** What clocks of a zone are ahead of UTC by, in ms: `offsets[0]` up to the first of `edges` (epoch ms), and so on. */
export type ZoneOffsets = { edges: number[]; offsets: [number, ...number[]] };

type Span = { from: number; to: number };

/**
 * The offsets within some spans, which follow each other; what is between them has those of either. Clocks are set at a
 * quarter hour, and no zone sets them twice within a day.
 */
export function zoneOffsets(timeZone: string, spans: readonly Span[]): ZoneOffsets {
  const local = localTimeOf(timeZone);
  const offsetAt = (time: number): number => local(time) - time;
  const floor = (time: number): number => Math.floor(time / quarter) * quarter;
  let offset = offsetAt(floor(spans[0]?.from ?? 0));
  const found: ZoneOffsets = { edges: [], offsets: [offset] };
  const change = (edge: number, next: number): void => {
    if (next === offset) return;
    found.edges.push(edge);
    found.offsets.push(next);
    offset = next;
  };
  for (const { from, to } of spans) {
    const begin = floor(from);
    change(begin, offsetAt(begin));
    for (let time = begin; time < to; time += day) {
      const next = offsetAt(time + day);
      if (next === offset) continue;
      let [before, after] = [time, time + day];
      while (after - before > quarter) {
        const middle = before + Math.floor((after - before) / 2 / quarter) * quarter;
        if (offsetAt(middle) === offset) before = middle;
        else after = middle;
      }
      change(after, next);
    }
  }
  return found;
}

/**
 * What the clocks of the zone are ahead of UTC by at a column's time, as an interval. Found here and not by the database,
 * whose list of zones may lack names that browsers tell.
 */
export function offsetOf(column: RawBuilder<unknown>, { edges, offsets }: ZoneOffsets): RawBuilder<unknown> {
  const seconds = offsets.map((offset) => offset / 1_000);
  if (edges.length === 0) return sql`make_interval(secs => ${seconds[0]})`;
  const times = edges.map((edge) => new Date(edge).toISOString());
  return sql`make_interval(secs => (${seconds}::float8[])[width_bucket(${column}, ${times}::timestamptz[]) + 1])`;
}
