import { sql } from 'kysely';
import type { RecordOf } from '@telltale/contracts/records/record';
import type { DbTransaction } from '../database.ts';
import type { OrderRow } from './order-row.ts';

/** How a change is told: who makes ids, and what takes secrets out of what is recorded. */
export type Teller = { newId: () => string; redact: <T>(value: T) => T };

type Event = RecordOf<'task_event'>;
export type ToldEvent = Pick<Event, 'event_type'> &
  Partial<Pick<Event, 'status' | 'attempt' | 'inputs' | 'output' | 'error_message' | 'data' | 'metadata'>>;

/** Later than every status event before it, in whole milliseconds, by the store's clock. */
export const nextStatusAt = sql<Date>`date_trunc('milliseconds', greatest(clock_timestamp(), status_at + interval '2 milliseconds'))`;

const longestError = 8_000;

/** Writes what happened to a task beside the change itself; a publisher brings it into the stream. */
export async function tell(
  trx: DbTransaction,
  row: OrderRow,
  { newId, redact }: Teller,
  events: readonly ToldEvent[],
): Promise<void> {
  const records = events.map((event): Event => ({
    v: 1,
    id: newId(),
    kind: 'task_event',
    at: row.status_at.toISOString(),
    agent_id: row.agent_id,
    task_id: row.task_id,
    ...(row.crew_id === null ? {} : { crew_id: row.crew_id }),
    ...(row.session_id === null ? {} : { session_id: row.session_id }),
    ...(row.run_id === null ? {} : { run_id: row.run_id }),
    ...(row.host === null ? {} : { host: row.host }),
    ...redact(event),
    ...(event.error_message === undefined
      ? {}
      : { error_message: redact(event.error_message).slice(0, longestError).toWellFormed() }),
  }));
  await trx
    .insertInto('task_outbox')
    .values({ team_id: row.team_id, records: JSON.stringify(records) })
    .execute();
}
