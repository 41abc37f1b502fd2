import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { startLoop, type Loop } from '@telltale/runtime/loop';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { publishOutbox, teamsWithOutbox, type Db } from '@telltale/store/tasks';
import type { Relay } from '../telemetry/relay.ts';
import { recordBatch } from './task-record-routes.ts';

/** What runners write beside the store is found this soon; what this gateway writes, at once. */
const everyMs = 300;
const atOnce = 200;

/**
 * Brings what was written with the changes of tasks into the stream. A row is one batch, always the same: one that was
 * taken just before this process died is taken again, and stored once.
 */
export function startOutboxPublisher(options: { db: Db; relay: Pick<Relay, 'accept'>; clock: Clock; log: Log }): Loop {
  const { db, relay, clock, log } = options;
  const turn = async (signal: AbortSignal): Promise<number> => {
    let full = false;
    for (const teamId of await teamsWithOutbox(db)) {
      if (signal.aborted) break;
      const publish = async (records: TelemetryRecord[]): Promise<void> => {
        await relay.accept(recordBatch(teamId, records, new Date(clock.now()).toISOString()));
      };
      const onUnreadable = (record: unknown): void =>
        log.error({ team: teamId, record }, 'an event of a task is no record; it is left out');
      const count = await publishOutbox(db, teamId, atOnce, publish, onUnreadable);
      full ||= count === atOnce;
    }
    return full ? 0 : everyMs;
  };
  return startLoop({ name: 'task outbox', turn, everyMs, maxBackoffMs: 5_000, clock, log });
}
