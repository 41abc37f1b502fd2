import { localTimeOf } from '@telltale/contracts/local-time';
import { sql, type RawBuilder } from 'kysely';

const quarter = 15 * 60_000;
const day = 96 * quarter;

/** What clocks of a zone are ahead of UTC by, in ms: `offsets[0]` up to the first of `edges` (epoch ms), and so on. */
export type ZoneOffsets = { edges: number[]; offsets: [number, ...number[]] };

/** The offsets between two times. Clocks are set at a quarter hour, and no zone sets them twice within a day. */
export function zoneOffsets(timeZone: string, { from, to }: { from: number; to: number }): ZoneOffsets {
  const local = localTimeOf(timeZone);
  const offsetAt = (time: number): number => local(time) - time;
  const begin = Math.floor(from / quarter) * quarter;
  const found: ZoneOffsets = { edges: [], offsets: [offsetAt(begin)] };
  let offset = found.offsets[0];
  for (let time = begin; time < to; time += day) {
    const next = offsetAt(time + day);
    if (next === offset) continue;
    let [before, after] = [time, time + day];
    while (after - before > quarter) {
      const middle = before + Math.floor((after - before) / 2 / quarter) * quarter;
      if (offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    found.edges.push(after);
    found.offsets.push(next);
    offset = next;
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
