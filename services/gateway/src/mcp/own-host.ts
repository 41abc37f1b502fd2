import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { isOwnOrigin } from '../auth/own-origin.ts';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The name in a Host header, without its port; null when it is none. */
function hostnameOf(host: string | undefined): string | null {
  return host === undefined ? null : (URL.parse(`http://${host}`)?.hostname ?? null);
}

/**
 * Whether a request was meant for this gateway. A page of somebody else's whose name was made to point here (DNS
 * rebinding) sends its own name as Host; an address, a name of this machine or the public URL's cannot be such a name.
 */
export function isOwnHost(host: string | undefined, publicUrl: string | undefined): boolean {
  const name = hostnameOf(host);
  if (name === null) return false;
  if (loopback.has(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true;
  return publicUrl !== undefined && new URL(publicUrl).hostname === name;
}

/**
 * Whether a request may come from where it says: a page of this gateway, of the public URL, or of a tool on this machine
 * (an inspector in the browser). Programs name no origin. An address is none of ours here: any page may have one.
 */
export function isOwnPage(headers: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  const own = publicUrl === undefined ? [] : [new URL(publicUrl).origin];
  return isOwnOrigin(headers, own) || loopback.has(URL.parse(headers.origin ?? '')?.hostname ?? '');
}
