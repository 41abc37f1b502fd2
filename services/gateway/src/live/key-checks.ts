import { TelltaleError } from '@telltale/contracts/errors';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { demandScope } from '../auth/access.ts';
import type { Authenticate } from './ports.ts';
import { listenScopes } from './subscriber.ts';

/** A key that was revoked stops receiving within twice this, in ms. */
const recheckMs = 10_000;

/**
 * Asks again and again whether the keys of open sockets still hold, once a key however many sockets it has. While the
 * store cannot answer, sockets stay open: nothing new comes from it either.
 */
export function startKeyChecks(options: {
  authenticate: Authenticate;
  /** Keys of open sockets. */
  keys: () => ReadonlySet<string>;
  /** The key does not hold any more. */
  onRefused: (key: string, error: TelltaleError) => void;
  clock: Clock;
  log: Log;
}): AsyncDisposable {
  const { authenticate, keys, onRefused, clock, log } = options;

  const check = async (key: string): Promise<void> => {
    try {
      demandScope(await authenticate(key), listenScopes);
    } catch (error) {
      if (!(error instanceof TelltaleError) || (error.code !== 'unauthenticated' && error.code !== 'forbidden')) {
        throw error;
      }
      onRefused(key, error);
    }
  };

  return startLoop({
    name: 'live-keys',
    everyMs: recheckMs,
    maxBackoffMs: recheckMs,
    clock,
    log,
    turn: async () => {
      const checks = await Promise.allSettled([...keys()].map(check));
      const failed = checks.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  });
}
