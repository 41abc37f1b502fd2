import type { RecordKind } from '@telltale/contracts/records/record';
import { from } from 'pg-copy-streams';
import type { DbClient } from '../database.ts';
import { copyColumns, type RecordRow } from './record-rows.ts';

const statements = new Map<RecordKind, string>();

function statementOf(kind: RecordKind): string {
  const known = statements.get(kind);
  if (known !== undefined) return known;
  const columns = copyColumns(kind).map((column) => `"${column}"`);
  const statement = `copy "${kind}" (${columns.join(', ')}) from stdin`;
  statements.set(kind, statement);
  return statement;
}

/** COPYs rows of one kind; all or none. Rejects with PostgreSQL's own error. */
export async function copyRows(client: DbClient, kind: RecordKind, rows: readonly RecordRow[]): Promise<void> {
  const body = Buffer.from(rows.map(({ line }) => line).join(''));
  await new Promise<void>((resolve, reject) => {
    const stream = client.query(from(statementOf(kind)));
    stream.on('error', reject);
    stream.on('finish', resolve);
    stream.end(body);
  });
}
