import type { RecordKind } from '@telltale/contracts/records/record';
import type { RawTable } from '../tables/raw-tables.ts';

/** How long what is kept. */
export type RetentionRules = {
  /** Raw records, in ms since they were received and since they happened. */
  rawMs: number;
  /** Kinds that differ. */
  rawMsOf: Partial<Record<RecordKind, number>>;
  /** Quarter hours and two hours of the rollups, in ms; days and totals stay. */
  rollupsMs: number;
  /** The database's size from which the oldest days of raw records go first; null: no ceiling. */
  sizeBytes: number | null;
};

export const kindOf = (table: RawTable): RecordKind => (table === 'log_chunk' ? 'log_entry' : table);

export const keptMs = ({ rawMs, rawMsOf }: RetentionRules, table: RawTable): number => rawMsOf[kindOf(table)] ?? rawMs;

/** What a retention run did. */
export type RetentionReport = {
  /** Partitions that were dropped. */
  dropped: string[];
  /** Days whose time has come, but of which a batch is not folded yet or somebody holds the table. */
  waiting: string[];
  /** Records that went. */
  records: number;
  /** The database is above its ceiling and nothing more may go. */
  overSize: boolean;
};
