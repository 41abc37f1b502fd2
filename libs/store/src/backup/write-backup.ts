import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { createDatabase } from '../database.ts';
import { schemaVersion } from '../migrate/assert-schema.ts';
import { encodeFrame, magic, type Manifest } from './backup-format.ts';
import { BackupError } from './backup-error.ts';
import { listPartitions, listSequences, listTables, type StoredTable } from './catalogue.ts';

export type BackupOptions = {
  url: string;
  /** Takes the file, and is ended. */
  sink: Writable;
  /** Epoch ms, for the manifest. */
  now?: () => number;
};

async function* copyTable(client: Client, { name, columns }: StoredTable, tables: Manifest['tables']) {
  yield* encodeFrame('table', { table: name, columns });
  const list = columns.map((column) => client.escapeIdentifier(column)).join(', ');
  const hash = createHash('sha256');
  const rows = client.query(copyTo(`copy (select ${list} from ${client.escapeIdentifier(name)}) to stdout`));
  for await (const chunk of rows as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield* encodeFrame('data', chunk);
  }
  const end = { table: name, rows: rows.rowCount, sha256: hash.digest('hex') };
  tables.push(end);
  yield* encodeFrame('end', end);
}

async function* framesOf(client: Client, schema: number, at: number, report: (made: Manifest) => void) {
  await client.query('begin isolation level repeatable read read only');
  const tables: Manifest['tables'] = [];
  const partitions = await listPartitions(client);
  for (const table of await listTables(client)) yield* copyTable(client, table, tables);
  // Last: a sequence does not wait for transactions, and one that is ahead does no harm.
  const sequences = await listSequences(client);
  await client.query('commit');
  const made: Manifest = { format: 1, schema, made_at: new Date(at).toISOString(), tables, partitions, sequences };
  yield* encodeFrame('manifest', made);
  report(made);
}

/**
 * Writes all tables of the store as they are at one moment, while everything goes on. What Redis holds is not part of
 * it: producers have it too. Answers what was written; throws BackupError.
 */
export async function writeBackup({ url, sink, now = Date.now }: BackupOptions): Promise<Manifest> {
  const schema = await versionOf(url);
  const client = new Client({ connectionString: url, application_name: 'telltale-backup', options: '-c timezone=UTC' });
  client.on('error', () => {});
  await client.connect();
  try {
    let made: Manifest | undefined;
    sink.write(magic);
    await pipeline(
      framesOf(client, schema, now(), (all) => (made = all)),
      createZstdCompress(),
      sink,
    );
    if (made === undefined) throw new BackupError('The backup was not finished; try again.');
    return made;
  } finally {
    await client.end();
  }
}

async function versionOf(url: string): Promise<number> {
  await using database = createDatabase({ url, max: 1, applicationName: 'telltale-backup' });
  const schema = await schemaVersion(database.kysely);
  if (schema === 0) throw new BackupError('The database has no Telltale schema: there is nothing to back up.');
  return schema;
}
