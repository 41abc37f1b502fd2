/** What clocks of a zone show at a time, in ms as if it were UTC. */
export type LocalTime = (time: number) => number;

/** Nobody sets clocks forth and back again within so long: at whose both ends they show the same offset, they do all through. */
const block = 6 * 3_600_000;
const keptOffsets = 4_096;

/** By zone: there are some six hundred, and a process is asked about few. */
const known = new Map<string, LocalTime>();
const mostKnown = 64;

/** Clocks of an IANA time zone. Opening a calendar takes a millisecond and asking it 10 µs: both are kept. */
export function localTimeOf(timeZone: string): LocalTime {
  let local = known.get(timeZone);
  if (local === undefined) {
    local = openClocks(timeZone);
    if (known.size >= mostKnown) known.clear();
    known.set(timeZone, local);
  }
  return local;
}

function openClocks(timeZone: string): LocalTime {
  if (timeZone === 'UTC') return (time) => Math.floor(time / 1_000) * 1_000;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const shownAt: LocalTime = (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  };
  const offsets = new Map<number, number>();
  /** At a time between two blocks. */
  const offsetAt = (edge: number): number => {
    let offset = offsets.get(edge);
    if (offset === undefined) {
      offset = shownAt(edge) - edge;
      if (offsets.size >= keptOffsets) offsets.clear();
      offsets.set(edge, offset);
    }
    return offset;
  };
  return (time) => {
    const begin = Math.floor(time / block) * block;
    const offset = offsetAt(begin);
    return offset === offsetAt(begin + block) ? Math.floor(time / 1_000) * 1_000 + offset : shownAt(time);
  };
}
