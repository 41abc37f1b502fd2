import { isKnown, unknownText } from './unknown.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Milliseconds for people: `0.4 ms`, `250 ms`, `1.2 s`, `14 s`, `3m 05s`, `2h 07m`, `4d 03h`. Unknown is `–`. */
export function formatDuration(ms: number | null | undefined): string {
  if (!isKnown(ms)) return unknownText;
  const amount = Math.abs(ms);
  const sign = ms < 0 ? '-' : '';
  return sign + (amount < 59_500 ? short(amount) : long(amount));
}

/** The unit is chosen after rounding, so that there is no `1000 ms` and no `60 s`. */
function short(ms: number): string {
  if (ms === 0) return '0 ms';
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return ms < 9_950 ? `${(ms / second).toFixed(1)} s` : `${Math.round(ms / second)} s`;
}

function long(ms: number): string {
  const two = (count: number) => String(count).padStart(2, '0');
  const seconds = Math.round(ms / second);
  if (seconds * second < hour) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  const minutes = Math.round(ms / minute);
  if (minutes * minute < day) return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
  const hours = Math.round(ms / hour);
  return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
}
