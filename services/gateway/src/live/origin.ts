import type { IncomingMessage } from 'node:http';

/**
 * Whether a page may open the socket: a browser names the page's origin, and it has to be this gateway's own or one
 * that was configured. A program sends none and is judged by its key alone.
 */
export function isOriginAllowed(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  const parsed = URL.parse(origin);
  if (parsed === null || parsed.origin === 'null') return false;
  return parsed.host === host || allowed.includes(parsed.origin);
}
