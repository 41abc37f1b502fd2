// What may be asked. Every query takes the executor first and the team with its question, and returns plain rows.
export type { Db } from '../database.ts';
export { storeTrouble } from '../store-trouble.ts';
export { listCalls, type CallPage } from './list-calls.ts';
export { listGit, type GitPage } from './list-git.ts';
export { listLogs, type LogPage } from './list-logs.ts';
export { listSamples } from './list-samples.ts';
export { readRollupLag, type RollupLag } from './read-rollup-lag.ts';
export { listRunning, type RunningRun } from './list-running.ts';
export { pingDatabase } from './ping-database.ts';
export { readLedgerHash, type LedgerKey } from './read-ledger.ts';
export { readProducer } from './read-producer.ts';
export type { RecordPage, RecordPosition, StoredRecord } from './record-page.ts';
