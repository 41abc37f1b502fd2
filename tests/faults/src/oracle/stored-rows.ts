import { type RecordKind, recordKinds } from '@telltale/contracts/records/record';
import type { Client } from 'pg';
import { type Chunk, linesOf, numbersAgree } from './chunk-lines.ts';
import { fingerprint } from './fingerprint.ts';

export type StoredRow = { id: string; print: string; table: string; team: string };

const pageRows = 5_000;
const pageChunks = 500;

/** Kinds that the load sends; the gateway's own traffic is nobody's load. */
const loadKinds: readonly RecordKind[] = recordKinds.filter((kind) => kind !== 'endpoint_minute');
/** Columns that all lines of a chunk share with a record. */
const shared = 'agent_id session_id task_id run_id crew_id parent_agent_id parent_run_id user_id host project labels'
  .split(' ')
  .map((column) => `'${column}', ${column}`)
  .join(', ');

const toRow = (record: Record<string, unknown>, table: string, team: string): StoredRow => ({
  id: String(record['id']),
  print: fingerprint(record),
  table,
  team,
});

/** Every stored record of some teams, page by page, read from the tables and not through the product. */
export async function* storedRows(client: Client, teamIds: readonly string[]): AsyncGenerator<StoredRow[]> {
  await client.query('begin isolation level repeatable read read only');
  try {
    const teams = teamIds.map((team) => `'${team}'`).join(', ');
    for (const kind of loadKinds) {
      const query = `select team_id, to_jsonb(r)::text as row from ${kind} as r where team_id in (${teams})`;
      for await (const rows of pages<{ team_id: string; row: string }>(client, query, pageRows)) {
        yield rows.map(({ row, team_id }) => toRow(JSON.parse(row) as Record<string, unknown>, kind, team_id));
      }
    }
    const query = `select team_id, jsonb_build_object(${shared}) as shared, extract(epoch from at) * 1000 as start, lines, warnings, errors, minutes, ids, body
      from log_chunk where team_id in (${teams})`;
    for await (const rows of pages<Omit<Chunk, 'startMs'> & { start: string; team_id: string }>(
      client,
      query,
      pageChunks,
    )) {
      yield rows.flatMap(({ start, team_id, ...rest }) => {
        const chunk = { ...rest, startMs: Math.round(Number(start)) };
        const records = linesOf(chunk);
        const agree = numbersAgree(chunk, records);
        return records.map((record) => ({
          ...toRow(record, 'log_chunk', team_id),
          ...(agree ? {} : { print: 'wrong numbers' }),
        }));
      });
    }
  } finally {
    await client.query('rollback');
  }
}

async function* pages<Row extends object>(client: Client, query: string, size: number): AsyncGenerator<Row[]> {
  await client.query(`declare stored no scroll cursor for ${query}`);
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${size} from stored`);
    if (rows.length === 0) break;
    yield rows;
  }
  await client.query('close stored');
}
