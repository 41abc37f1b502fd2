/** The zone all times are shown in; charts name it. */
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const instant = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndTime = new Intl.DateTimeFormat('en-GB', {
  month: 'short',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

/** To the second, with its day: `21 Nov 2026, 16:40:12 Europe/Berlin`. */
export const formatInstant = (at: string): string => `${instant.format(new Date(at))} ${timeZone}`;
export const formatClock = (at: string): string => clock.format(new Date(at));
export const formatDayTime = (at: string): string => dayAndTime.format(new Date(at));

/** An age in one short word: `now`, `12s`, `4m`, `3h`, `6d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
