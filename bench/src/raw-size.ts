import { recordKinds } from '@telltale/contracts/records/record';
import { Client } from 'pg';

/** Bytes on disk, indexes included. */
export type RawSize = { rawBytes: number; ledgerBytes: number; bytesPerRecord: number; rows: number };

/** Counts the rows of the raw tables and what they and the batch ledger take on disk. */
export async function measureRaw(databaseUrl: string, records: number): Promise<RawSize> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const total = `(select coalesce(sum(pg_total_relation_size(relid)), 0) from pg_partition_tree($1::regclass))`;
    let rawBytes = 0;
    let rows = 0;
    for (const kind of recordKinds) {
      const { rows: sizes } = await client.query<{ bytes: string }>(`select ${total} as bytes`, [kind]);
      const { rows: counts } = await client.query<{ n: string }>(`select count(*) as n from ${kind}`);
      rawBytes += Number(sizes[0]?.bytes ?? 0);
      rows += Number(counts[0]?.n ?? 0);
    }
    const { rows: ledger } = await client.query<{ bytes: string }>(
      `select pg_total_relation_size('batch_ledger') as bytes`,
    );
    const ledgerBytes = Number(ledger[0]?.bytes ?? 0);
    return { rawBytes, ledgerBytes, rows, bytesPerRecord: (rawBytes + ledgerBytes) / records };
  } finally {
    await client.end();
  }
}
