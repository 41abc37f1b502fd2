import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { StreamBatch } from '@telltale/contracts/batch';
import { encodeRows } from '@telltale/store/ingest';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/**
 * The bare path's reader, a process of its own like the collector: reads batches from one stream, copies the very rows
 * that the collector would into the raw tables in one transaction a read, acknowledges. No ledger, no checks, no prices,
 * no live deltas.
 */
const [redisUrl = '', databaseUrl = '', stream = '', batchesText = '0'] = process.argv.slice(2);
const batches = Number(batchesText);
const batchesPerRead = 8;

const redis = new Redis(redisUrl);
// A blocking read holds its connection.
const reader = new Redis(redisUrl);
const client = new Client({ connectionString: databaseUrl });
await client.connect();
await redis.xgroup('CREATE', stream, 'bare', '0', 'MKSTREAM');
process.send?.({ type: 'started' });

type Reply = [string, [string, string[]][]][] | null;
let done = 0;

/** The rows of some batches as COPY text by statement. */
function encode(entries: readonly [string, string[]][]): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const [, fields] of entries) {
    done += 1;
    const batch = JSON.parse(fields[1] ?? '') as StreamBatch;
    for (const { copy, text } of encodeRows(batch, done)) {
      const table = lines.get(copy) ?? [];
      lines.set(copy, table);
      table.push(text);
    }
  }
  return lines;
}

async function store(lines: ReadonlyMap<string, string[]>, entries: readonly [string, string[]][]): Promise<void> {
  await client.query('begin');
  for (const [copy, rows] of lines) {
    await pipeline(Readable.from([rows.join('')]), client.query(copyFrom(copy)));
  }
  await client.query('commit');
  await redis.xack(stream, 'bare', ...entries.map(([id]) => id));
}

// The next batches are read and encoded while PostgreSQL takes the last ones.
let storing = Promise.resolve();
while (done < batches) {
  const reply = (await reader.xreadgroup(
    'GROUP',
    'bare',
    'reader',
    'COUNT',
    batchesPerRead,
    'BLOCK',
    1000,
    'STREAMS',
    stream,
    '>',
  )) as Reply;
  const entries = reply?.[0]?.[1] ?? [];
  if (entries.length === 0) continue;
  const lines = encode(entries);
  await storing;
  storing = store(lines, entries);
}
await storing;
await client.end();
reader.disconnect();
redis.disconnect();
