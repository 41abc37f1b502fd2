import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { rawTables, type RawTable } from '../tables/raw-tables.ts';

const dayMs = 86_400_000;

/** A partition of one UTC day; `day` is its midnight, epoch ms. */
export type DayPartition = { table: RawTable; name: string; day: number };

export const endOf = ({ day }: DayPartition): number => day + dayMs;

const dayOf = (name: string): number =>
  Date.UTC(Number(name.slice(-8, -4)), Number(name.slice(-4, -2)) - 1, Number(name.slice(-2)));

/** Every day partition of every raw table, oldest first. */
export async function listDays(db: Db): Promise<DayPartition[]> {
  const { rows } = await sql<{ table: RawTable; name: string }>`
    select i.inhparent::regclass::text as table, c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent::regclass::text = any(${[...rawTables]}::text[]) and c.relname ~ '_[0-9]{8}$'`.execute(db);
  return rows
    .map(({ table, name }) => ({ table, name, day: dayOf(name) }))
    .sort((a, b) => a.day - b.day || (a.name < b.name ? -1 : 1));
}
