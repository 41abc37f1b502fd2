import { forgetLoose, listLoose, type Db } from '@telltale/store/config';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import type { ObjectStore } from './object-store.ts';

/** No upload takes longer. */
const looseForMs = 24 * 3_600_000;
const everyMs = 10 * 60_000;
const atOnce = 100;

/** Removes what uploads that never ended left, and what could not be removed at once. Several gateways may sweep. */
export function sweepLoose({ db, store, clock, log }: { db: Db; store: ObjectStore; clock: Clock; log: Log }): Loop {
  const turn = async (signal: AbortSignal): Promise<void> => {
    const before = new Date(clock.now() - looseForMs);
    for (const object of await listLoose(db, { before, limit: atOnce })) {
      if (signal.aborted) return;
      await store.remove(object.object_id);
      await forgetLoose(db, object);
    }
  };
  return startLoop({ name: 'sweep-loose', turn, everyMs, maxBackoffMs: everyMs, clock, log });
}
