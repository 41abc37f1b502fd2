import type { StreamBatch } from '@telltale/contracts/batch';
import { copyStatement } from './copy-rows.ts';
import { toRows } from './record-rows.ts';
import { groupRows } from './store-rows.ts';

/** What COPY takes: its statement and its text. */
export type EncodedRows = { copy: string; text: string };

/** The rows of a batch as the collector would store them, without prices; what no table can take is left out. */
export function encodeRows(batch: StreamBatch, batchNo: number): EncodedRows[] {
  const { rows } = toRows({ batch, costs: new Map() }, batchNo);
  return [...groupRows(rows)].map(([table, group]) => ({
    copy: copyStatement(table),
    text: group.map(({ line }) => line).join(''),
  }));
}
