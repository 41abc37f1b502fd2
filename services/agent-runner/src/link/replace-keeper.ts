import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { KeeperClient } from '../keeper/client.ts';
import { KeeperError } from '../keeper/keeper-error.ts';
import type { KeeperConfig } from '../keeper/keeper-config.ts';
import { isKeeperOf } from '../keeper/open-keeper.ts';
import type { Hello } from '../keeper/protocol.ts';

const lookMs = 1_000;

/**
 * A keeper of another version, or for another gateway, was kept because it had runs: as soon as it has none, the one that is
 * wanted takes its place.
 */
export function replaceKeeper({
  keeper,
  wanted,
  reopenKeeper,
  clock,
  log,
}: {
  keeper: Pick<KeeperClient, 'hello'>;
  wanted: Pick<KeeperConfig, 'version' | 'url'>;
  /** Finds or starts the one that is wanted. */
  reopenKeeper: () => Promise<void>;
  clock: Clock;
  log: Log;
}): AsyncDisposable {
  // One that is gone is for the reviver.
  const greeting = (): Promise<Hello | null> =>
    keeper.hello().catch((error: unknown) => {
      if (error instanceof KeeperError && error.code === 'unreachable') return null;
      throw error;
    });
  const turn = async (): Promise<void> => {
    const found = await greeting();
    if (found === null || found.running > 0 || found.draining || isKeeperOf(found, wanted)) return;
    await reopenKeeper();
    // It may have got a run at the last moment, and goes on then.
    const now = await greeting();
    if (now !== null && isKeeperOf(now, wanted))
      log.info({ version: now.version, before: found.version }, 'the keeper was replaced');
  };
  return startLoop({ name: 'other keeper', turn, everyMs: lookMs, clock, log });
}
