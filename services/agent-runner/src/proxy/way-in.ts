import { createHash, randomBytes } from 'node:crypto';
import type { Environment } from '../run/child-environment.ts';
import type { Upstream } from './upstreams.ts';

const checked = (secret: string): string =>
  secret + createHash('sha256').update(`telltale metering proxy ${secret}`).digest('base64url').slice(0, 8);

/** The secret in the addresses of one metering proxy. Its end tells it from every other word of its length. */
export const newWayIn = (): string => checked(randomBytes(9).toString('base64url'));

/**
 * The secret of the metering proxy of the run around this one, where that is the upstream; undefined for everything else,
 * such as a gateway on this machine.
 */
export function wayInOfOuterRun({ base }: Upstream, env: Environment): string | undefined {
  if ((env['TELLTALE_RUN_ID'] ?? '') === '') return undefined;
  if (base.protocol !== 'http:' || base.hostname !== '127.0.0.1') return undefined;
  const [, wayIn = ''] = /^\/([\w-]{20})\/[a-z0-9-]+(?:\/|$)/.exec(base.pathname) ?? [];
  return wayIn !== '' && wayIn === checked(wayIn.slice(0, 12)) ? wayIn : undefined;
}
