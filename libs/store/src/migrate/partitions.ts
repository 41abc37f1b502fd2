import { sql } from 'kysely';
import { rawTables } from '../tables/raw-tables.ts';
import type { Db } from '../database.ts';

const dayMs = 86_400_000;

/** Days before and after today that always have a partition. */
export const partitionWindow = { daysBack: 1, daysAhead: 7 } as const;

export type PartitionReport = {
  made: string[];
  /** Partitions that could not be made because the default one already holds rows of that day; they stay there. */
  refused: string[];
};

/** Midnight UTC of each day from `daysBack` before to `daysAhead` after `now` (epoch ms). */
function daysAround(now: number, { daysBack, daysAhead }: { daysBack: number; daysAhead: number }): Date[] {
  const today = Math.floor(now / dayMs);
  return Array.from({ length: daysBack + daysAhead + 1 }, (_, index) => new Date((today - daysBack + index) * dayMs));
}

const suffix = (day: Date): string => day.toISOString().slice(0, 10).replaceAll('-', '');

/**
 * Makes the missing day partitions (`llm_call_20261121`, UTC) of every raw table. One short transaction a table: making
 * one locks the whole table for a moment, and holding two would deadlock with a collector. `now` is epoch ms.
 */
export async function ensurePartitions(
  db: Db,
  { now, ...window }: { now: number; daysBack?: number; daysAhead?: number },
): Promise<PartitionReport> {
  const days = daysAround(now, { ...partitionWindow, ...window });
  const wanted = rawTables.flatMap((table) => days.map((day) => ({ table, day, name: `${table}_${suffix(day)}` })));
  const missing = await sql<{ name: string }>`
    select name from unnest(${wanted.map(({ name }) => name)}::text[]) as name where to_regclass(name) is null`.execute(
    db,
  );
  const names = new Set(missing.rows.map(({ name }) => name));
  const report: PartitionReport = { made: [], refused: [] };
  for (const table of rawTables) {
    const first = wanted.filter((partition) => partition.table === table && names.has(partition.name));
    if (first.length === 0) continue;
    const made = await sql<{ name: string; made: boolean }>`
      select name, made from make_partitions(${table}, ${first.map(({ day }) => day.toISOString())}::timestamptz[])`.execute(
      db,
    );
    for (const row of made.rows) (row.made ? report.made : report.refused).push(row.name);
  }
  return report;
}
