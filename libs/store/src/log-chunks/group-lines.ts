import { logLevel, logSource } from '@telltale/contracts/records/log-entry';
import type { RecordOf, TelemetryRecord } from '@telltale/contracts/records/record';
import { isStorableText } from '@telltale/contracts/text';
import { greatestNumber } from './varint.ts';

type LogEntry = RecordOf<'log_entry'>;
/** A line and its place in the batch. */
export type IndexedLine = { index: number; line: LogEntry };

/** Fewer lines than this cost less as rows than as a chunk. */
const fewest = 3;
/** Bytes of text in a chunk before compression, about. */
const mostBytes = 64 * 1024;
/** No chunk crosses a quarter hour: repairs go by quarters, and lists in time order can tell which chunks to wait for. */
const quarterMs = 15 * 60_000;

/** What the lines of a chunk have in common: they are columns, so that chunks are found by them and folded. */
export const sharedFields = [
  'agent_id',
  'session_id',
  'task_id',
  'run_id',
  'crew_id',
  'parent_agent_id',
  'parent_run_id',
  'user_id',
  'host',
  'project',
  'labels',
] as const;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const canonicalTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/**
 * Whether a line may lie in a chunk. Inside one PostgreSQL does not see it, so whatever it could refuse or understand
 * differently stays a row, for PostgreSQL to judge.
 */
function isPlain(line: Partial<Record<keyof LogEntry, unknown>>): boolean {
  return (
    typeof line.id === 'string' &&
    uuid.test(line.id) &&
    typeof line.at === 'string' &&
    canonicalTime.test(line.at) &&
    new Date(line.at).toJSON() === line.at &&
    typeof line.message === 'string' &&
    isStorableText(line.message) &&
    logLevel.options.some((level) => level === line.level) &&
    logSource.options.some((source) => source === line.source) &&
    isPlainNumber(line.line) &&
    [line.trace_id, line.span_id, line.parent_span_id].every(isPlainText) &&
    isPlainJson(line.attributes)
  );
}

const isPlainNumber = (value: unknown): boolean =>
  value === undefined || (Number.isInteger(value) && Math.abs(Number(value)) < greatestNumber / 2);
const isPlainText = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && isStorableText(value));

/** jsonb knows neither NUL nor lone surrogates, which JSON writes as escapes. */
const refusedEscape = /\\u(?:0000|d[89a-f])/i;
const isPlainJson = (value: unknown): boolean => value === undefined || !refusedEscape.test(JSON.stringify(value));

/** Lines of one group have this in common; null for a line that stays a row. Throws RangeError for JSON nested too deep. */
function keyOf(line: LogEntry): string | null {
  if (line.v !== 1 || !isPlain(line)) return null;
  const quarter = Math.floor(Date.parse(line.at) / quarterMs);
  return JSON.stringify([...sharedFields.map((field) => line[field]), quarter]);
}

function safeKeyOf(line: LogEntry): string | null {
  try {
    return keyOf(line);
  } catch {
    // The row's own encoding meets the same error and says it.
    return null;
  }
}

/** The lines of a batch that are stored as chunks, each group as one. The other records are rows. */
export function groupLines(records: readonly TelemetryRecord[], leaveOut: ReadonlySet<number>): IndexedLine[][] {
  const groups = new Map<string, { lines: IndexedLine[]; bytes: number }>();
  const full: IndexedLine[][] = [];
  for (const [index, line] of records.entries()) {
    if (leaveOut.has(index) || line.kind !== 'log_entry') continue;
    const key = safeKeyOf(line);
    if (key === null) continue;
    const bytes = Buffer.byteLength(line.message);
    let group = groups.get(key);
    if (group === undefined || group.bytes + bytes > mostBytes) {
      if (group !== undefined) full.push(group.lines);
      group = { lines: [], bytes: 0 };
      groups.set(key, group);
    }
    group.lines.push({ index, line });
    group.bytes += bytes;
  }
  return [...full, ...[...groups.values()].map(({ lines }) => lines)].filter(({ length }) => length >= fewest);
}
