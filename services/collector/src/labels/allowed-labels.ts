import type { StreamBatch } from '@telltale/contracts/batch';
import { subAgentLabel } from '@telltale/contracts/records/sub-agent';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { Db } from '@telltale/store/database';
import { readAllowedLabels } from '@telltale/store/ingest';

/** A changed list counts for what is stored after this long. */
const refreshMs = 5_000;

/** How many labels of a batch no total can be filtered by, because its team does not allow their names. */
export type CountOutside = (batch: StreamBatch) => number;

/**
 * Knows which labels each team allows, read anew every few seconds. Until the first reading nothing is counted: a count
 * that is too low for a moment does no harm, a guess would.
 */
export function keepAllowedLabels(deps: {
  db: Db;
  clock: Clock;
  log: Log;
}): AsyncDisposable & { countOutside: CountOutside; refresh(): Promise<void> } {
  const { db, clock, log } = deps;
  let allowed: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  const refresh = async (): Promise<void> => {
    allowed = await readAllowedLabels(db);
  };
  const loop = startLoop({ name: 'labels', turn: refresh, everyMs: refreshMs, maxBackoffMs: refreshMs, clock, log });
  return {
    refresh,
    countOutside({ team_id, records }) {
      if (allowed === undefined) return 0;
      const names = allowed.get(team_id);
      let outside = 0;
      for (const { labels } of records) {
        // Null where a door that checks nothing wrote it.
        for (const name of Object.keys(labels ?? {}))
          if (name !== subAgentLabel && names?.has(name) !== true) outside += 1;
      }
      return outside;
    },
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}
