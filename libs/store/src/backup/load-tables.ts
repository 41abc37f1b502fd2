import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { BackupError } from './backup-error.ts';
import { readFrames, tableEnd, tableHead, type Manifest } from './backup-format.ts';

/** Puts the rows of a verified backup into its tables, which are emptied first: migrations may have put rows there. */
export async function loadTables(client: Client, file: string, { tables, partitions, sequences }: Manifest) {
  const id = (name: string): string => client.escapeIdentifier(name);
  await client.query(`truncate ${tables.map(({ table }) => id(table)).join(', ')}`);
  for (const { parent, name, bound } of partitions) {
    await client.query(`create table if not exists ${id(name)} partition of ${id(parent)} ${bound}`);
  }
  let copying: ReturnType<typeof copyFrom> | undefined;
  for await (const { type, payload } of readFrames(file)) {
    if (type === 'table') {
      const { table, columns } = tableHead.parse(JSON.parse(payload.toString('utf8')));
      copying = client.query(copyFrom(`copy ${id(table)} (${columns.map(id).join(', ')}) from stdin`));
    } else if (type === 'data') {
      // The frame's bytes are reused by nobody, but the stream keeps them until they are sent.
      if (copying?.write(payload) === false) await Promise.race([once(copying, 'drain'), finished(copying)]);
    } else if (type === 'end' && copying !== undefined) {
      const { table, rows } = tableEnd.parse(JSON.parse(payload.toString('utf8')));
      copying.end();
      await finished(copying);
      if (copying.rowCount !== rows)
        throw new BackupError(`${table}: ${copying.rowCount} of ${rows} rows came through.`);
      copying = undefined;
    }
  }
  for (const { name, last_value, is_called } of sequences) {
    await client.query('select setval($1::regclass, $2::bigint, $3)', [id(name), last_value, is_called]);
  }
}
