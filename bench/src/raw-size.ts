import { recordKinds } from '@telltale/contracts/records/record';
import { Client } from 'pg';

/** Tables whose size is told, by what they are. Totals take their partitions and all their indexes in. */
const parts = {
  raw: [...recordKinds, 'log_chunk'],
  ledger: ['batch_ledger'],
  calls: ['calls'],
  aliases: ['call_alias'],
  rollups: ['rollup', 'rollup_bin', 'series', 'unit_total', 'key_total', 'key_model_total', 'key_narrow_total'],
} as const;
export type SizePart = keyof typeof parts;

/** Bytes on disk, indexes included. */
export type Sizes = Record<SizePart, number>;

/** What was stored since the store was empty. */
export type RawSize = {
  sizes: Sizes;
  /** Raw tables and ledger, without what the same tables took when they were empty. */
  bytesPerRecord: number;
  /** What the raw tables and the ledger took while they were empty: first pages of partitions made ahead. */
  emptyBytes: number;
  records: number;
};

export async function measureSizes(databaseUrl: string): Promise<Sizes> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const sizes: Sizes = { raw: 0, ledger: 0, calls: 0, aliases: 0, rollups: 0 };
  try {
    for (const part of Object.keys(parts) as SizePart[]) {
      const { rows } = await client.query<{ bytes: string }>(
        `select sum(pg_total_relation_size(name::regclass) + coalesce(parts.bytes, 0)) as bytes
           from unnest($1::text[]) as name cross join lateral (
             select sum(pg_total_relation_size(relid)) as bytes from pg_partition_tree(name::regclass)
             where relid <> name::regclass) as parts`,
        [parts[part]],
      );
      sizes[part] = Number(rows[0]?.bytes ?? 0);
    }
  } finally {
    await client.end();
  }
  return sizes;
}

/** The growth of the tables since `empty`. */
export async function measureRaw(databaseUrl: string, records: number, empty: Sizes): Promise<RawSize> {
  const now = await measureSizes(databaseUrl);
  const sizes = { ...now };
  for (const part of Object.keys(parts) as SizePart[]) sizes[part] -= empty[part];
  return {
    sizes,
    bytesPerRecord: (sizes.raw + sizes.ledger) / records,
    emptyBytes: empty.raw + empty.ledger,
    records,
  };
}
