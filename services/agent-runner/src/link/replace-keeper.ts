import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { KeeperClient } from '../keeper/client.ts';
import { KeeperError } from '../keeper/keeper-error.ts';
import type { KeeperConfig } from '../keeper/keeper-config.ts';
import { isKeeperOf } from '../keeper/open-keeper.ts';

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
  const turn = async (): Promise<void> => {
    const found = await keeper.hello().catch((error: unknown) => {
      // One that is gone is for the reviver.
      if (error instanceof KeeperError && error.code === 'unreachable') return null;
      throw error;
    });
    if (found === null || found.running > 0 || found.draining || isKeeperOf(found, wanted)) return;
    await reopenKeeper();
    log.info({ version: wanted.version, before: found.version }, 'the keeper was replaced');
  };
  return startLoop({ name: 'other keeper', turn, everyMs: lookMs, clock, log });
}
