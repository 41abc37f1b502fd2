import type { Db } from '../database.ts';
import { listRecords, type RecordPage } from './record-page.ts';

const columns = [
  'pid',
  'cpu_percent',
  'memory_bytes',
  'threads',
  'processes',
  'open_files',
  'io_read_bytes',
  'io_write_bytes',
  'status',
  'children',
];

export function listSamples(db: Db, page: RecordPage) {
  return listRecords(db, { name: 'process_sample', columns }, page, []);
}
