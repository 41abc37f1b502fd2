import { recordKinds, type RecordKind } from '@telltale/contracts/records/record';

/** Log lines lie in two tables: together in `log_chunk`, and as rows of `log_entry` where they came alone. */
export type RawTable = RecordKind | 'log_chunk';

/** Every raw table, all partitioned by day of `at`. */
export const rawTables: readonly RawTable[] = [...recordKinds, 'log_chunk'];
