import { sql } from 'kysely';
import type { Db } from '../../database.ts';

/** Of these records of calls, those that are rolled up: what they cost is in every total. */
export async function readRolledUp(db: Db, teamId: string, recordIds: readonly string[]): Promise<Set<string>> {
  if (recordIds.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select call_id::text as id from calls where team_id = ${teamId} and call_id = any(${[...recordIds]}::uuid[])
    union
    select substr(alias, 3) from call_alias
      where team_id = ${teamId} and alias = any(${recordIds.map((id) => `r:${id}`)}::text[])`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

/** Of these producers, those whose books are closed: all that they ever said is stored and rolled up, or will never be. */
export async function readClosedProducers(
  db: Db,
  teamId: string,
  producerIds: readonly string[],
): Promise<Set<string>> {
  if (producerIds.length === 0) return new Set();
  const { rows } = await sql<{ producer_id: string }>`
    select p.producer_id from producer p
    where p.team_id = ${teamId} and p.producer_id = any(${[...producerIds]}::text[])
      and p.closed_at is not null and p.settled_seq >= p.last_seq
      and not exists (select from batch_ledger b
        where b.team_id = p.team_id and b.producer_id = p.producer_id and b.folded_at is null)`.execute(db);
  return new Set(rows.map(({ producer_id }) => producer_id));
}

/** Of these runs, those that have ended, the lost ones too. */
export async function readEndedRuns(db: Db, teamId: string, runIds: readonly string[]): Promise<Set<string>> {
  if (runIds.length === 0) return new Set();
  const { rows } = await sql<{ run_id: string }>`
    select run_id from run where team_id = ${teamId} and run_id = any(${[...runIds]}::text[]) and ended_at is not null
    `.execute(db);
  return new Set(rows.map(({ run_id }) => run_id));
}
