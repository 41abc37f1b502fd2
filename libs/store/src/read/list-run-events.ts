import type { Db } from '../database.ts';
import { listRecords, type RecordPage } from './record-page.ts';

const columns = [
  'event',
  'pid',
  'command',
  'exit_code',
  'signal',
  'reason',
  'limit',
  'value',
  'cap',
  'step',
  'actor',
  'evidence',
];

export function listRunEvents(db: Db, page: RecordPage) {
  return listRecords(db, { name: 'run_event', columns }, page, []);
}
