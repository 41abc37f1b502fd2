import type { StreamBatch } from '@telltale/contracts/batch';
import { recordKinds, recordSchemas, type RecordKind, type TelemetryRecord } from '@telltale/contracts/records/record';
import { chunkColumns, chunkLine } from '../log-chunks/chunk-row.ts';
import { groupLines, type IndexedLine } from '../log-chunks/group-lines.ts';
import type { RawTable } from '../tables/raw-tables.ts';
import { copyValue } from './copy-line.ts';
import { unfitValue } from './unfit-value.ts';

/** What the collector sets on a call; whatever the sender wrote there is not read. */
export type CallCost = {
  cost_usd: string | null;
  cost_source: string;
  price_version: string | null;
  /** Who sells a model of this name, of a call that does not say. */
  derived_provider?: string | null;
};

/** A batch with what the calls in it cost, by index of the record. */
export type PricedBatch = { batch: StreamBatch; costs: ReadonlyMap<number, CallCost> };

/** A record, or log lines together, on the way into a table. */
export type RecordRow = {
  table: RawTable;
  /** Places in the batch of the records it holds: one, but for a chunk of log lines. */
  indexes: readonly number[];
  line: string;
  /** Whose it is and when: rows of one agent that lie together cost its readers and the indexes less. */
  place: string;
  /** The same records in smaller rows; absent when there is one. */
  halves?: () => RecordRow[];
};
/** A record that no table can take; found before PostgreSQL was asked. */
export type UnfitRecord = {
  index: number;
  reason: 'unknown_kind' | 'unsupported_version' | 'unencodable';
  detail: string;
};

const costColumns = ['cost_usd', 'cost_source', 'price_version', 'derived_provider'] as const;
const unpriced: CallCost = { cost_usd: null, cost_source: 'unknown', price_version: null };

/** Columns named like the record's fields, in one order; the version and the kind are the table itself. */
const fieldsOf = new Map(
  recordKinds.map((kind) => [
    kind,
    Object.keys(recordSchemas[kind].shape).filter((field) => field !== 'v' && field !== 'kind'),
  ]),
);

/** The columns of a table's COPY: batch, team, fields, and for calls the cost. */
export function copyColumns(kind: RawTable): string[] {
  if (kind === 'log_chunk') return chunkColumns;
  const cost = kind === 'llm_call' ? costColumns : [];
  return ['batch_no', 'team_id', ...(fieldsOf.get(kind) ?? []), ...cost];
}

const isKind = (kind: unknown): kind is RecordKind => typeof kind === 'string' && Object.hasOwn(recordSchemas, kind);

/**
 * The rows of one batch under its number, and the records that cannot become rows. `leaveOut`: records that are stored
 * already.
 */
export function toRows(
  { batch, costs }: PricedBatch,
  batchNo: number,
  leaveOut: ReadonlySet<number> = new Set(),
): { rows: RecordRow[]; unfit: UnfitRecord[] } {
  const place = { batch, batchNo };
  const groups = groupLines(batch.records, leaveOut);
  const grouped = new Set(groups.flatMap((group) => group.map(({ index }) => index)));
  const rows = groups.map((group) => toChunk(group, place));
  const unfit: UnfitRecord[] = [];
  const head = headOf(place);
  for (const [index, record] of batch.records.entries()) {
    if (grouped.has(index)) continue;
    const fields: Readonly<Record<string, unknown>> = record;
    const { kind, v } = fields;
    if (v !== 1) {
      unfit.push({ index, reason: 'unsupported_version', detail: `record version ${JSON.stringify(v)}, known is 1` });
    } else if (!isKind(kind)) {
      unfit.push({ index, reason: 'unknown_kind', detail: `no record kind is named ${JSON.stringify(kind)}` });
    } else if (!leaveOut.has(index)) {
      const problem = unfitValue(fields);
      if (problem !== null) {
        unfit.push({ index, reason: 'unencodable', detail: problem });
        continue;
      }
      try {
        rows.push({
          table: kind,
          indexes: [index],
          line: lineOf(head, kind, fields, costs.get(index)),
          place: placeOf(record),
        });
      } catch (error) {
        unfit.push({ index, reason: 'unencodable', detail: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return { rows, unfit };
}

const placeOf = ({ agent_id, at }: TelemetryRecord): string => `${agent_id}\t${at}`;

type Place = { batch: StreamBatch; batchNo: number };
const headOf = ({ batch, batchNo }: Place): string => `${batchNo}\t${copyValue(batch.team_id)}`;

/** Log lines as one row; halved, they are smaller chunks, and a single one is a row like any other. */
function toChunk(group: readonly IndexedLine[], place: Place): RecordRow {
  const [first] = group;
  if (group.length === 1 && first !== undefined) {
    const { index, line } = first;
    return {
      table: 'log_entry',
      indexes: [index],
      line: lineOf(headOf(place), 'log_entry', line),
      place: placeOf(line),
    };
  }
  const half = Math.ceil(group.length / 2);
  return {
    table: 'log_chunk',
    indexes: group.map(({ index }) => index),
    line: chunkLine(group, place.batch.team_id, place.batchNo),
    place: first === undefined ? '' : placeOf(first.line),
    halves: () => [toChunk(group.slice(0, half), place), toChunk(group.slice(half), place)],
  };
}

function lineOf(
  head: string,
  kind: RecordKind,
  fields: Readonly<Record<string, unknown>>,
  cost: CallCost = unpriced,
): string {
  const names = fieldsOf.get(kind) ?? [];
  // One flat string by one join: adding piece by piece costs the collector a third of its time in garbage.
  const values = names.map((name) => copyValue(fields[name]));
  values[0] = `${head}\t${values[0]}`;
  if (kind === 'llm_call') for (const column of costColumns) values.push(copyValue(cost[column]));
  return `${values.join('\t')}\n`;
}
