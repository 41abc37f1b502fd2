import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request comes from a page of this gateway, or of an origin that was configured: a browser names the page's
 * origin. A program sends none and is judged by its key alone.
 */
export function isOwnOrigin(headers: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  const parsed = URL.parse(origin);
  if (parsed === null || parsed.origin === 'null') return false;
  return parsed.host === host || allowed.includes(parsed.origin);
}
