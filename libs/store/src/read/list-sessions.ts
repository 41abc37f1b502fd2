import type { SessionRow } from '@telltale/contracts/http/metrics';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { readSumsBy } from './read-sums.ts';
import { readSessionFacts } from './read-session-facts.ts';
import { inSegments } from './rollup-rows.ts';
import { bucketsOf, type Segment, type Span } from './span.ts';
import { toSums } from './sums-row.ts';

export type SessionPosition = { lastActivity: string; sessionId: string };

export type SessionPage = {
  teamId: string;
  agentId?: string | undefined;
  taskId?: string | undefined;
  span: Span;
  now: number;
  after: SessionPosition | null;
  limit: number;
  offset: number;
};

type StateRow = { session_id: string; first_at: Date; last_at: Date };

/** Rows whose totals are those of the period; their start and last activity are the session's own. */
async function withTotals(
  db: Db,
  question: { teamId: string; segments: readonly Segment[] },
  rows: readonly StateRow[],
): Promise<SessionRow[]> {
  const ids = rows.map((row) => row.session_id);
  if (ids.length === 0) return [];
  const filter = { session_id: ids };
  const [sums, facts] = await Promise.all([
    readSumsBy(db, 'session_id', { ...question, cube: 'unit', filter }),
    readSessionFacts(db, { ...question, sessionIds: ids }),
  ]);
  return rows.map(({ session_id, first_at, last_at }) => ({
    session_id,
    agent_ids: facts.get(session_id)?.agent_ids ?? [],
    task_ids: facts.get(session_id)?.task_ids ?? [],
    started_at: first_at.toISOString(),
    last_activity: last_at.toISOString(),
    duration_ms: last_at.getTime() - first_at.getTime(),
    tools_used: facts.get(session_id)?.tools_used ?? {},
    ...(sums.get(session_id) ?? toSums(undefined)),
  }));
}

function conditionsOf(page: SessionPage, segments: readonly Segment[]) {
  const { agentId, taskId, after, teamId } = page;
  const allTime = segments.every((segment) => segment.grain === 0);
  const narrowed = agentId !== undefined || taskId !== undefined || !allTime;
  const series = [
    sql`s.team_id = ${teamId} and s.session_id = session.session_id and s.cube = 'unit'`,
    sql`r.team_id = s.team_id and r.series_id = s.series_id`,
    inSegments(segments),
    ...(agentId === undefined ? [] : [sql`s.agent_id = ${agentId}`]),
    ...(taskId === undefined ? [] : [sql`s.task_id = ${taskId}`]),
  ];
  const active = sql`exists (select from series s join rollup r on ${sql.join(series, sql` and `)})`;
  const conditions = [
    sql`team_id = ${teamId}`,
    ...(page.span.from === null ? [] : [sql`last_at >= ${new Date(page.span.from)}::timestamptz`]),
    ...(after === null ? [] : [sql`(last_at, session_id) < (${after.lastActivity}::timestamptz, ${after.sessionId})`]),
    ...(narrowed ? [active] : []),
  ];
  return sql.join(conditions, sql` and `);
}

/** Sessions with something in the period, the last active first. */
export async function listSessions(db: Db, page: SessionPage): Promise<{ sessions: SessionRow[]; more: boolean }> {
  const { used, segments } = bucketsOf(page.span, page.now);
  const { rows } = await sql<StateRow>`
    select session_id, first_at, last_at from session where ${conditionsOf({ ...page, span: used }, segments)}
    order by last_at desc, session_id desc limit ${page.limit + 1} offset ${page.offset}`.execute(db);
  const sessions = await withTotals(db, { teamId: page.teamId, segments }, rows.slice(0, page.limit));
  return { sessions, more: rows.length > page.limit };
}

/** One session with the totals of all its time; null when the team has no such session. */
export async function readSession(
  db: Db,
  { teamId, sessionId }: { teamId: string; sessionId: string },
): Promise<SessionRow | null> {
  const { rows } = await sql<StateRow>`
    select session_id, first_at, last_at from session
    where team_id = ${teamId} and session_id = ${sessionId}`.execute(db);
  const [session] = await withTotals(db, { teamId, segments: [{ grain: 0, from: null, to: null }] }, rows);
  return session ?? null;
}
