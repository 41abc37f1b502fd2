import { telemetryRecord, type TelemetryRecord } from '@telltale/contracts/records/record';
import type { Db } from '../database.ts';

/** Teams that have something to publish. */
export async function teamsWithOutbox(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('task_outbox').select('team_id').groupBy('team_id').execute();
  return rows.map(({ team_id }) => team_id);
}

/**
 * Publishes the oldest batches of a team, each forgotten once it was taken; what another instance is publishing is left
 * to it. How many there were.
 */
export async function publishOutbox(
  db: Db,
  teamId: string,
  limit: number,
  publish: (records: TelemetryRecord[]) => Promise<void>,
  /** Hears of what no schema knows: it is left out, so that it holds up nothing. */
  onUnreadable: (record: unknown) => void,
): Promise<number> {
  const { tried, failure } = await db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('task_outbox')
      .select(['outbox_id', 'records'])
      .where('team_id', '=', teamId)
      .orderBy('outbox_id')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute();
    const taken: number[] = [];
    let failure: { error: unknown } | null = null;
    for (const { outbox_id, records } of rows) {
      try {
        const good = records.flatMap((record) => {
          const parsed = telemetryRecord.safeParse(record);
          if (!parsed.success) onUnreadable(record);
          return parsed.success ? [parsed.data] : [];
        });
        if (good.length > 0) await publish(good);
        taken.push(outbox_id);
      } catch (error) {
        // What was taken before is forgotten all the same.
        failure = { error };
        break;
      }
    }
    if (taken.length > 0) {
      await trx.deleteFrom('task_outbox').where('team_id', '=', teamId).where('outbox_id', 'in', taken).execute();
    }
    return { tried: rows.length, failure };
  });
  if (failure !== null) throw failure.error;
  return tried;
}
