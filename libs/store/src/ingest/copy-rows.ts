import type { Connection } from 'pg';
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

/** pg's connection has these; its types leave them out. */
type CopyConnection = Connection & { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void };

const nothing = (): void => {};

/**
 * COPYs rows table by table; all or none within a transaction. Rejects with PostgreSQL's own error.
 *
 * All tables go in one message with their rows right behind it, in one turn: asking table by table costs two turns each,
 * and on a busy machine every turn waits for its share of a core. After a refusal PostgreSQL drops what is left of it.
 */
export async function copyRows(client: DbClient, groups: ReadonlyMap<RawTable, readonly RecordRow[]>): Promise<void> {
  if (groups.size === 0) return;
  const text = [...groups.keys()].map(copyStatement).join(';\n');
  const bodies = [...groups.values()].map((rows) => Buffer.from(rows.map(({ line }) => line).join('')));
  await new Promise<void>((resolve, reject) => {
    const copy = {
      submit(connection: Connection) {
        const { stream } = connection;
        stream.cork();
        connection.query(text);
        for (const body of bodies) {
          (connection as CopyConnection).sendCopyFromChunk(body);
          (connection as CopyConnection).endCopyFrom();
        }
        stream.uncork();
      },
      // What pg tells the query that is under way.
      handleCopyInResponse: nothing,
      handleCommandComplete: nothing,
      handleError: reject,
      handleReadyForQuery: () => resolve(),
    };
    client.query(copy);
  });
}
