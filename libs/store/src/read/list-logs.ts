import { logLevel } from '@telltale/contracts/records/log-entry';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { containing, equals, listRecords, type RecordPage } from './record-page.ts';

export type LogLevel = (typeof logLevel.options)[number];

export type LogPage = RecordPage & {
  level?: LogLevel | undefined;
  /** This level and above. */
  minLevel?: LogLevel | undefined;
  source?: string | undefined;
  q?: string | undefined;
};

const atLeast = (level: LogLevel): LogLevel[] => logLevel.options.slice(logLevel.options.indexOf(level));

export function listLogs(db: Db, page: LogPage) {
  const table = { name: 'log_entry', columns: ['level', 'message', 'source', 'line'], indexed: ['run'] } as const;
  return listRecords(db, table, page, [
    ...equals('level', page.level),
    ...equals('source', page.source),
    ...(page.minLevel === undefined ? [] : [sql`level = any(${atLeast(page.minLevel)}::text[])`]),
    ...(page.q === undefined ? [] : [sql`message ilike ${containing(page.q)}`]),
  ]);
}
