import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { containing, equals, listRecords, type RecordPage } from './record-page.ts';

export type GitPage = RecordPage & { operation?: string | undefined; q?: string | undefined };

const columns = [
  'operation',
  'branch',
  'sha',
  'message',
  'files_changed',
  'insertions',
  'deletions',
  'success',
  'origin',
];

export function listGit(db: Db, page: GitPage) {
  const search = page.q === undefined ? undefined : containing(page.q);
  return listRecords(db, { name: 'git_activity', columns }, page, [
    ...equals('operation', page.operation),
    ...(search === undefined ? [] : [sql`(message ilike ${search} or branch ilike ${search})`]),
  ]);
}
