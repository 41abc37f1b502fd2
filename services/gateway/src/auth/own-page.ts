import type { IncomingHttpHeaders } from 'node:http';
import { TelltaleError } from '@telltale/contracts/errors';
import { pageHeader } from '@telltale/contracts/http/sign-in';
import { isOwnOrigin } from './own-origin.ts';

/**
 * Refuses what a foreign page may have made a signed-in browser send. SameSite=Strict already keeps the cookie from it;
 * a change also needs a header that only our own page can set, and nobody else's origin.
 */
export function demandOwnPage(
  request: { method: string; headers: IncomingHttpHeaders },
  allowed: readonly string[],
): void {
  const { method, headers } = request;
  if (method === 'GET' || method === 'HEAD') return;
  const site = headers['sec-fetch-site'];
  const foreign = (site !== undefined && site !== 'same-origin' && site !== 'none') || !isOwnOrigin(headers, allowed);
  if (!foreign && headers[pageHeader] !== undefined) return;
  throw new TelltaleError('forbidden', `a signed-in browser changes things from our own page only (${pageHeader})`);
}
