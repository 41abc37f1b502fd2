import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { dimensions } from '../cubes.ts';
import { measures } from '../measures.ts';

const dims = dimensions.map((name) => `${name} ${name === 'labels' ? 'jsonb' : 'text'}`).join(', ');
/** Texts are compared byte by byte, as in the table they go to. */
const sums = measures.map(({ name, type }) => `${name} ${type}${type === 'text' ? ' collate "C"' : ''}`).join(', ');

/**
 * Work tables of one session, empty again after each commit. They are not in the write-ahead log, and a connection of
 * the pool makes them once.
 *
 * fold_base: records summed by minute and all dimensions. fold_cell: the same by cube. fold_bin: latencies.
 * fold_repeat: uses of tools and services that another record told, and all that the wire tells of. fold_wire: those,
 * with sign 1 where they count, 0 where somebody else tells of tools, -1 where somebody does since they were counted. fold_llm: the llm calls of the batches, and fold_joined those of them that share an id with another.
 * fold_series: series that a repair touches. fold_delta: calls that changed, as they are (sign 1) and as they were (sign -1); lone ones are in fold_llm alone.
 */
export const tempTables = `
  create temp table if not exists fold_base (
    minute timestamptz, parent_agent_id text, ${dims},
    first_at timestamptz, last_at timestamptz, word_at timestamptz, active_at timestamptz, logged_at timestamptz,
    ${sums}) on commit delete rows;
  create temp table if not exists fold_cell (
    cube text, series_id uuid, bucket timestamptz, ${dims}, ${sums}) on commit delete rows;
  create temp table if not exists fold_bin (
    minute timestamptz, ${dims}, measure text, bins integer[], counts bigint[]) on commit delete rows;
  create temp table if not exists fold_repeat (record_id uuid, batch_no bigint) on commit delete rows;
  create temp table if not exists fold_wire (sign integer, like tool_call) on commit delete rows;
  create temp table if not exists fold_llm (like calls) on commit delete rows;
  create temp table if not exists fold_joined (record_id uuid) on commit delete rows;
  create temp table if not exists fold_series (series_id uuid) on commit delete rows;
  create temp table if not exists fold_delta (sign integer, like calls) on commit delete rows;`;

export async function makeTempTables(trx: DbTransaction): Promise<void> {
  await sql.raw(tempTables).execute(trx);
}
