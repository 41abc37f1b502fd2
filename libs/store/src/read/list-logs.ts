import { logLevel } from '@telltale/contracts/records/log-entry';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import { isIndexed } from './agent-spans.ts';
import { readChunkLines, type FoundLine } from './chunk-lines.ts';
import { containing, equals, hasLabels, listRecords, type RecordPage, type StoredRecord } from './record-page.ts';

export type LogLevel = (typeof logLevel.options)[number];

export type LogPage = RecordPage & {
  level?: LogLevel | undefined;
  /** This level and above. */
  minLevel?: LogLevel | undefined;
  source?: string | undefined;
  q?: string | undefined;
  /** After so long of reading chunks the page is what was found until then; without it a long search fails. */
  patienceMs?: number | undefined;
};

const atLeast = (level: LogLevel): LogLevel[] => logLevel.options.slice(logLevel.options.indexOf(level));

const levelsOf = ({ level, minLevel }: LogPage): LogLevel[] =>
  (minLevel === undefined ? logLevel.options : atLeast(minLevel)).filter((one) => level === undefined || one === level);

/** A page of log lines, wherever they lie: in chunks, or as rows. */
export async function listLogs(db: Db, page: LogPage): Promise<{ records: StoredRecord[]; more: boolean }> {
  const wanted = page.offset + page.limit + 1;
  const [rows, lines] = await Promise.all([
    listRows(db, { ...page, offset: 0, limit: wanted }),
    readChunkLines(db, {
      conditions: chunkConditions(page),
      order: page.order,
      wanted,
      keep: keeps(page),
      patienceMs: page.patienceMs,
    }),
  ]);
  const sign = page.order === 'asc' ? 1 : -1;
  const keyOf = ({ at, id }: StoredRecord): string => `${at} ${id}`;
  const all = [...rows.records, ...lines.map(toRecord)].sort((a, b) => (keyOf(a) < keyOf(b) ? -sign : sign));
  const end = page.offset + page.limit;
  return { records: all.slice(page.offset, end), more: all.length > end };
}

function listRows(db: Db, page: LogPage): Promise<{ records: StoredRecord[]; more: boolean }> {
  const table = { name: 'log_entry', columns: ['level', 'message', 'source', 'line'] } as const;
  return listRecords(db, table, page, [
    ...equals('level', page.level),
    ...equals('source', page.source),
    ...(page.minLevel === undefined ? [] : [sql`level = any(${atLeast(page.minLevel)}::text[])`]),
    ...(page.q === undefined ? [] : [sql`message ilike ${containing(page.q)}`]),
  ]);
}

const countOf: Record<LogLevel, RawBuilder<unknown>> = {
  debug: sql`debugs`,
  info: sql`lines - debugs - warnings - errors`,
  warning: sql`warnings`,
  error: sql`errors`,
};

const idsOf = ({ agentId, sessionId, taskId, runId }: LogPage): [string, string][] =>
  Object.entries({ agent_id: agentId, session_id: sessionId, task_id: taskId, run_id: runId }).flatMap(([column, id]) =>
    id === undefined ? [] : [[column, id]],
  );

/** Chunks that may hold a line of the page; none spans more than a quarter hour. */
function chunkConditions(page: LogPage): RawBuilder<unknown>[] {
  const { from, to, after, order } = page;
  const since = [from, order === 'asc' ? after?.at : undefined].filter((time) => time !== undefined);
  const levels = levelsOf(page);
  return [
    sql`chunk.team_id = ${page.teamId}`,
    ...idsOf(page).map(([column, id]) => isIndexed(`chunk.${column}`, page.teamId, id)),
    ...hasLabels('chunk.labels', page.labels),
    ...since.map(
      (time) => sql`chunk.max_at >= ${time}::timestamptz and chunk.at > ${time}::timestamptz - interval '15 minutes'`,
    ),
    ...(to === undefined ? [] : [sql`chunk.at < ${to}::timestamptz`]),
    ...(after === null || order === 'asc' ? [] : [sql`chunk.at <= ${after.at}::timestamptz`]),
    ...(levels.length === logLevel.options.length
      ? []
      : [sql`${sql.join([sql`0`, ...levels.map((level) => countOf[level])], sql` + `)} > 0`]),
  ];
}

/** Whether a line of such a chunk belongs to the page. */
function keeps(page: LogPage): (line: FoundLine) => boolean {
  const { source, after, order } = page;
  const levels = new Set(levelsOf(page));
  const words = page.q?.toLowerCase();
  const [from, to] = [page.from, page.to].map((time) => (time === undefined ? null : Date.parse(time)));
  const position = after === null ? null : { at: Date.parse(after.at), id: after.id.toLowerCase() };
  const isBeyond = ({ at, id }: FoundLine): boolean => {
    if (position === null) return true;
    const later = at === position.at ? id > position.id : at > position.at;
    return order === 'asc' ? later : !later && !(at === position.at && id === position.id);
  };
  return (line) =>
    levels.has(line.level) &&
    (source === undefined || line.source === source) &&
    (from === null || from === undefined || line.at >= from) &&
    (to === null || to === undefined || line.at < to) &&
    isBeyond(line) &&
    (words === undefined || line.message.toLowerCase().includes(words));
}

/** As the row of a line would be shown: what it did not say is absent. */
function toRecord({ shared, at, id, ...own }: FoundLine): StoredRecord {
  const { team_id, agent_id, session_id, task_id, run_id, crew_id, parent_agent_id, parent_run_id } = shared;
  const { user_id, host, project, labels } = shared;
  const ids = { team_id, agent_id, session_id, task_id, run_id, crew_id, parent_agent_id, parent_run_id };
  const fields = { ...ids, user_id, host, project, labels, ...own };
  const said = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return { v: 1, kind: 'log_entry', ...Object.fromEntries(said), id, at: new Date(at).toISOString() };
}
