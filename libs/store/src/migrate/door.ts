// The schema: bringing it up to date, checking it at start, and the day partitions of raw records.
export { assertSchema, schemaVersion } from './assert-schema.ts';
export { inspectStore, type StoreFacts } from './inspect-store.ts';
export { migrate, type MigrateOptions, type MigrateReport } from './migrate.ts';
export { ensurePartitions, partitionWindow, type PartitionReport } from './partitions.ts';
export { SchemaError } from './schema-error.ts';
export { newStoreEpoch } from './store-epoch.ts';
