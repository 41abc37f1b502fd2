import type { TelemetryRecord } from '@telltale/contracts/records/record';
import type { Client } from 'pg';

/** Columns of each raw table in their order, as the database has them. */
export async function readColumns(client: Client, tables: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ table_name: string; columns: string[] }>(
    `select table_name, array_agg(column_name::text order by ordinal_position) as columns
       from information_schema.columns where table_schema = 'public' and table_name = any($1) group by table_name`,
    [tables],
  );
  return new Map(rows.map((row) => [row.table_name, row.columns]));
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** One value in COPY's text format. */
function field(value: unknown): string {
  if (value === undefined || value === null) return '\\N';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (char) => escapes[char] ?? char) : text;
}

/** One record as a line of COPY's text format; `own` gives the columns that no sender sets. */
export function copyLine(
  record: TelemetryRecord,
  columns: readonly string[],
  own: Readonly<Record<string, unknown>>,
): string {
  const values: Record<string, unknown> = record;
  return `${columns.map((column) => field(column in own ? own[column] : values[column])).join('\t')}\n`;
}
