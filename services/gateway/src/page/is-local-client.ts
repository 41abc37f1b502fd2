import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../config.ts';

const hostOf = (header: string): string => {
  try {
    return new URL(`http://${header}`).hostname.replaceAll(/^\[|\]$/g, '');
  } catch {
    return '';
  }
};

/**
 * A person at this very machine, in front of our own page: the connection comes from loopback, nobody passed it on,
 * and the browser was sent here by a local name (a foreign name that resolves to loopback is an attack).
 */
export function isLocalClient(request: Pick<FastifyRequest, 'socket' | 'headers'>): boolean {
  const address = request.socket.remoteAddress ?? '';
  const { headers } = request;
  if (headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined) return false;
  return isLoopback(address.replace(/^::ffff:/, '')) && isLoopback(hostOf(headers.host ?? ''));
}
