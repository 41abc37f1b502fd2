/** The longest a door may send us away for. */
const mostMs = 10 * 60_000;

/** A `Retry-After` header (seconds or an HTTP date) in milliseconds from `now`; null when there is none that can be read. */
export function retryAfterMs(header: string | string[] | undefined, now: number): number | null {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return null;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), mostMs) : null;
}
