/** What clocks of a zone show at a time, in ms as if it were UTC. */
export type LocalTime = (time: number) => number;

/** Clocks of an IANA time zone. Asking a calendar is slow: the last answer is kept. */
export function localTimeOf(timeZone: string): LocalTime {
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
  let last = { time: Number.NaN, shown: Number.NaN };
  return (time) => {
    if (time === last.time) return last.shown;
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
    last = { time, shown };
    return shown;
  };
}
