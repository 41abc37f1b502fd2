import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import { expireArtifacts, teamsWithArtifacts, type Db } from '@telltale/store/config';
import type { ArtifactKeeper } from './keep-artifacts.ts';

const everyMs = 10 * 60_000;
const atOnce = 200;

/** Removes artifacts that were kept long enough, each team's oldest first. Several gateways may do so. */
export function startExpiry(options: {
  db: Db;
  keeper: Pick<ArtifactKeeper, 'removeAll'>;
  keptMs: number;
  clock: Clock;
  log: Log;
}): Loop {
  const { db, keeper, keptMs, clock, log } = options;
  const turn = async (signal: AbortSignal): Promise<void> => {
    const before = new Date(clock.now() - keptMs);
    for (const teamId of await teamsWithArtifacts(db)) {
      for (let left = atOnce; left === atOnce && !signal.aborted;) {
        const { objectIds, bytes } = await expireArtifacts(db, { teamId, before, limit: atOnce });
        left = objectIds.length;
        if (left > 0) log.info({ team: teamId, artifacts: left, bytes }, 'artifacts were kept long enough');
        await keeper.removeAll(teamId, objectIds);
      }
    }
  };
  return startLoop({ name: 'expire-artifacts', turn, everyMs, maxBackoffMs: everyMs, clock, log });
}
