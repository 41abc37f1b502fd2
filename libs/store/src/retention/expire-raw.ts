import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { usedKinds } from '../rollup/fold/told-uses.ts';
import { rawTables } from '../tables/raw-tables.ts';
import { batchNoAt } from './batch-clock.ts';
import { endOf, listDays, type DayPartition } from './day-partitions.ts';
import { expireQuarantined } from './default-partition.ts';
import { dropDay } from './drop-day.ts';
import { keptMs, type RetentionReport, type RetentionRules } from './rules.ts';

const dayMs = 86_400_000;

async function databaseBytes(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db);
  return rows[0]?.bytes ?? 0;
}

/** Drops days one after the other, none once `signal` is aborted; those of a table that is in use wait together, not each for itself. */
function createDropper(db: Db, report: RetentionReport, signal?: AbortSignal) {
  const busy = new Set<string>();
  return async (partition: DayPartition, how: Parameters<typeof dropDay>[2]): Promise<void> => {
    if (signal?.aborted) return;
    const { table, name } = partition;
    const { outcome, records } = busy.has(table)
      ? { outcome: 'busy' as const, records: 0 }
      : await dropDay(db, partition, how);
    if (outcome === 'busy') busy.add(table);
    if (outcome === 'dropped') report.dropped.push(name);
    if (outcome === 'waiting' || outcome === 'busy') report.waiting.push(name);
    report.records += records;
  };
}
type Dropper = ReturnType<typeof createDropper>;

/** Days whose records are old enough, by their own time and by when they were received. */
async function expireByAge(db: Db, rules: RetentionRules, now: number, drop: Dropper): Promise<number> {
  let quarantined = 0;
  const limits = new Map<number, number | null>();
  const limitOf = async (kept: number): Promise<number | null> => {
    if (!limits.has(kept)) limits.set(kept, await batchNoAt(db, now - kept));
    return limits.get(kept) ?? null;
  };
  for (const partition of await listDays(db)) {
    const kept = keptMs(rules, partition.table);
    if (endOf(partition) > now - kept) continue;
    const maxBatchNo = await limitOf(kept);
    // Nobody noted what was received by then: it may all be newer.
    if (maxBatchNo === null) continue;
    await drop(partition, { maxBatchNo, reason: 'age', now });
  }
  for (const table of rawTables) {
    const maxBatchNo = await limitOf(keptMs(rules, table));
    if (maxBatchNo !== null) quarantined += await expireQuarantined(db, { now, table, maxBatchNo });
  }
  return quarantined;
}

/** Who told of a use of a tool or service first is asked for as long as its records are there. */
async function forgetUses(db: Db, before: number): Promise<void> {
  await sql`delete from told_tool where at < ${new Date(before)}`.execute(db);
}

/**
 * The oldest days of all kinds while the database is above its ceiling; never today. Answers whether it still is and nothing
 * more may go.
 */
async function expireBySize(
  db: Db,
  { sizeBytes, now, signal }: { sizeBytes: number; now: number; signal: AbortSignal | undefined },
  drop: Dropper,
): Promise<boolean> {
  const today = Math.floor(now / dayMs) * dayMs;
  const days = Map.groupBy(
    (await listDays(db)).filter(({ day }) => day < today),
    ({ day }) => day,
  );
  for (const partitions of days.values()) {
    if ((await databaseBytes(db)) <= sizeBytes) return false;
    for (const partition of partitions) {
      await drop(partition, { maxBatchNo: null, reason: 'size', now });
    }
    if (signal?.aborted) return false;
  }
  return (await databaseBytes(db)) > sizeBytes;
}

/**
 * Removes raw records that were kept long enough, a partition at a time, and books them as expired. What was not rolled
 * up stays, and imported history counts from when it was received. `now` is epoch ms. Once `signal` is aborted no further day
 * goes, and the report is of those that went.
 */
export async function expireRaw(
  db: Db,
  rules: RetentionRules,
  now: number,
  signal?: AbortSignal,
): Promise<RetentionReport> {
  const report: RetentionReport = { dropped: [], waiting: [], records: 0, overSize: false };
  const drop = createDropper(db, report, signal);
  const quarantined = await expireByAge(db, rules, now, drop);
  report.records += quarantined;
  await forgetUses(db, now - Math.max(...usedKinds.map((kind) => keptMs(rules, kind))));
  if (rules.sizeBytes !== null)
    report.overSize = await expireBySize(db, { sizeBytes: rules.sizeBytes, now, signal }, drop);
  return report;
}
