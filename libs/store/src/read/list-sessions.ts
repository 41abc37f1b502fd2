import type { SessionRow } from '@telltale/contracts/http/metrics';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import { bucketsOfUnit, isActiveKey, isAllTime, spanOf, unitCubeOf } from './ranked-units.ts';
import { readSumsBy } from './read-sums.ts';
import { readSessionFacts } from './read-session-facts.ts';
import { seriesConditions, type SeriesFilter } from './rollup-rows.ts';
import { bucketsOf, type Buckets, type Segment, type Span } from './span.ts';
import { toSums } from './sums-row.ts';

export type SessionPosition = { lastActivity: string; sessionId: string };

export type SessionPage = {
  teamId: string;
  /** Which sessions, and what of them counts: what fits. */
  filter: SeriesFilter;
  span: Span;
  now: number;
  after: SessionPosition | null;
  limit: number;
  offset: number;
};

type StateRow = { session_id: string; first_at: Date; last_at: Date };

type TotalsQuestion = { teamId: string; segments: readonly Segment[]; filter: SeriesFilter };

/** Rows whose totals are those of the period and the filter; who took part, their start and last activity are the session's own. */
async function withTotals(db: Db, question: TotalsQuestion, rows: readonly StateRow[]): Promise<SessionRow[]> {
  const ids = rows.map((row) => row.session_id);
  if (ids.length === 0) return [];
  const filter = { ...question.filter, session_id: ids };
  const [sums, facts] = await Promise.all([
    readSumsBy(db, 'session_id', { ...question, cube: unitCubeOf(filter), filter }),
    readSessionFacts(db, { ...question, filter, sessionIds: ids }),
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

/** That a total `t` of units has something in the period. */
function isActive(teamId: string, buckets: Buckets): RawBuilder<unknown> {
  const { overlaps, within } = spanOf(buckets);
  return sql`${overlaps} and (${within} or exists (
    select from ${bucketsOfUnit(teamId, buckets, 't')} r where r.records > 0 or r.llm_calls > 0))`;
}

/** Which sessions: what they were last active at is the session's own, whatever else it did than the filter says. */
function conditionsOf(page: SessionPage, buckets: Buckets) {
  const { filter, after, teamId } = page;
  const allTime = isAllTime(buckets);
  const named = seriesConditions(filter, 't');
  const cube = unitCubeOf(filter);
  const active = allTime ? [] : [isActive(teamId, buckets)];
  const ofUnits = [
    sql`t.team_id = ${teamId} and t.cube = ${sql.lit(cube)} and (t.records > 0 or t.llm_calls > 0)`,
    ...active,
  ];
  const { overlaps, within } = spanOf(buckets, 'session');
  const narrowed =
    named.length > 0
      ? [
          ...(allTime ? [] : [overlaps]),
          isActiveKey({ teamId, by: 'session_id', buckets, filter }, sql`session.session_id`) ??
            sql`session.session_id in (select t.session_id from unit_total t
              where ${sql.join([...ofUnits, ...named], sql` and `)})`,
        ]
      : allTime
        ? []
        : [
            sql`${overlaps} and (${within} or exists (select from unit_total t
              where t.session_id = session.session_id and ${sql.join(ofUnits, sql` and `)}))`,
          ];
  const conditions = [
    sql`session.team_id = ${teamId}`,
    ...(after === null ? [] : [sql`(last_at, session_id) < (${after.lastActivity}::timestamptz, ${after.sessionId})`]),
    ...narrowed,
  ];
  return sql.join(conditions, sql` and `);
}

/** Sessions with something in the period, the last active first. */
export async function listSessions(db: Db, page: SessionPage): Promise<{ sessions: SessionRow[]; more: boolean }> {
  const buckets = bucketsOf(page.span, page.now);
  const { segments } = buckets;
  const { rows } = await sql<StateRow>`
    select session_id, first_at, last_at from session where ${conditionsOf(page, buckets)}
    order by last_at desc, session_id desc limit ${page.limit + 1} offset ${page.offset}`.execute(db);
  const { teamId, filter } = page;
  const sessions = await withTotals(db, { teamId, segments, filter }, rows.slice(0, page.limit));
  return { sessions, more: rows.length > page.limit };
}

/** One session with its totals of a span; null when the team has no such session. */
export async function readSession(
  db: Db,
  { teamId, sessionId, span, now }: { teamId: string; sessionId: string; span: Span; now: number },
): Promise<SessionRow | null> {
  const { rows } = await sql<StateRow>`
    select session_id, first_at, last_at from session
    where team_id = ${teamId} and session_id = ${sessionId}`.execute(db);
  const [session] = await withTotals(db, { teamId, segments: bucketsOf(span, now).segments, filter: {} }, rows);
  return session ?? null;
}
