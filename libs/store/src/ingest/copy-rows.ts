import { from } from 'pg-copy-streams';
import type { DbClient } from '../database.ts';
import type { RawTable } from '../tables/raw-tables.ts';
import { copyColumns, type RecordRow } from './record-rows.ts';

const statements = new Map<RawTable, string>();

/** `copy … from stdin` of a table, in text format. */
export function copyStatement(table: RawTable): string {
  const known = statements.get(table);
  if (known !== undefined) return known;
  const columns = copyColumns(table).map((column) => `"${column}"`);
  const statement = `copy "${table}" (${columns.join(', ')}) from stdin`;
  statements.set(table, statement);
  return statement;
}

/** COPYs rows of one table; all or none. Rejects with PostgreSQL's own error. */
export async function copyRows(client: DbClient, table: RawTable, rows: readonly RecordRow[]): Promise<void> {
  const body = Buffer.from(rows.map(({ line }) => line).join(''));
  await new Promise<void>((resolve, reject) => {
    const stream = client.query(from(copyStatement(table)));
    stream.on('error', reject);
    stream.on('finish', resolve);
    stream.end(body);
  });
}
