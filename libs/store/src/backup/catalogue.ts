import type { Client } from 'pg';

/** A table that is copied as a whole; its partitions are read through it. */
export type StoredTable = { name: string; columns: string[] };
export type StoredPartition = { parent: string; name: string; bound: string };
export type StoredSequence = { name: string; last_value: string; is_called: boolean };

/** Tables of the schema that searches begin in, without partitions; columns that the server makes itself are left out. */
export async function listTables(client: Client): Promise<StoredTable[]> {
  const { rows } = await client.query<StoredTable>(`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'schema_version'
    group by c.relname order by c.relname`);
  return rows;
}

/** All but default partitions, which a migration makes. */
export async function listPartitions(client: Client): Promise<StoredPartition[]> {
  const { rows } = await client.query<StoredPartition>(`
    select p.relname as parent, c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_class c join pg_inherits i on i.inhrelid = c.oid join pg_class p on p.oid = i.inhparent
    where c.relnamespace = current_schema()::regnamespace and c.relispartition and c.relkind = 'r'
      and pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT' order by 1, 2`);
  return rows;
}

export async function listSequences(client: Client): Promise<StoredSequence[]> {
  const { rows } = await client.query<{ name: string }>(`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'S' order by 1`);
  const sequences: StoredSequence[] = [];
  for (const { name } of rows) {
    const at = await client.query<Omit<StoredSequence, 'name'>>(
      `select last_value::text as last_value, is_called from ${client.escapeIdentifier(name)}`,
    );
    sequences.push(...at.rows.map((row) => ({ name, ...row })));
  }
  return sequences;
}
