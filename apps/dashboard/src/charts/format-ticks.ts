const day = 86_400;
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const second = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** Times of an axis, in seconds since 1970, as exactly as they differ: seconds, minutes, or days where they are days apart. */
export function formatTicks(ticks: readonly number[]): string[] {
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  const format = step >= day ? date : step > 0 && step < 60 ? second : clock;
  return ticks.map((tick) => {
    const at = new Date(tick * 1000);
    // Midnight says which day begins.
    return format === clock && at.getHours() === 0 && at.getMinutes() === 0 ? date.format(at) : format.format(at);
  });
}

/** Amounts of an axis in US dollars, all with the decimals that tell its steps apart. */
export function moneyTicks(ticks: readonly number[]): string[] {
  const step = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  // A hair less than the step: 0.0001 is not quite a ten thousandth.
  const decimals = step >= 1 ? 0 : Math.min(9, Math.max(2, Math.ceil(-Math.log10(step) - 1e-9)));
  return ticks.map((tick) => `$${tick.toFixed(decimals)}`);
}
