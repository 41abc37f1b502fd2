import type { SessionRow } from '@telltale/contracts/http/metrics';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import type { Dimension } from '../rollup/cubes.ts';
import { filteredBy } from './cube-for.ts';
import { isActiveKey, isActiveUnit } from './ranked-units.ts';
import { readSumsBy } from './read-sums.ts';
import { readSessionFacts } from './read-session-facts.ts';
import { seriesConditions, type SeriesFilter } from './rollup-rows.ts';
import { bucketsOf, type Buckets, type Segment, type Span } from './span.ts';
import { toSums } from './sums-row.ts';
import { isAllTime, spanOf, unitCubeOf } from './unit-span.ts';

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

/** That a session has something of the filter in the period. */
function activityOf({ filter, teamId }: SessionPage, buckets: Buckets): RawBuilder<unknown>[] {
  const allTime = isAllTime(buckets);
  const named = seriesConditions(filter, 't');
  if (allTime && named.length === 0) return [];
  const { overlaps, within } = spanOf(buckets, 'session');
  const inPeriod = allTime ? [] : [overlaps];
  const active = isActiveKey({ teamId, by: 'session_id', buckets, filter }, sql`session.session_id`);
  if (active !== null) return [...inPeriod, named.length > 0 ? active : sql`(${within} or ${active})`];
  const ofUnits = [
    sql`t.team_id = ${teamId} and t.cube = ${sql.lit(unitCubeOf(filter))} and (t.records > 0 or t.llm_calls > 0)`,
    ...(allTime ? [] : [spanOf(buckets).overlaps, isActiveUnit({ teamId, buckets }, 't')]),
    ...named,
  ];
  return [
    ...inPeriod,
    sql`session.session_id in (select t.session_id from unit_total t where ${sql.join(ofUnits, sql` and `)})`,
  ];
}

/** What many sessions have in common: a page of those that do is soon found among the newest. */
const wideFilters: ReadonlySet<Dimension> = new Set(['user_id', 'project', 'host', 'model']);
/** So many of the newest are looked at before all sessions of a user, a project, a host or a model are. */
const mostLooked = 500;
const newestFirst = sql`order by last_at desc, session_id desc`;

/** Which sessions: what they were last active at is the session's own, whatever else it did than the filter says. */
async function findSessions(db: Db, page: SessionPage, buckets: Buckets): Promise<StateRow[]> {
  const { teamId, filter, after, limit, offset } = page;
  const where = (conditions: readonly RawBuilder<unknown>[]) =>
    conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
  const ofTeam = [
    sql`session.team_id = ${teamId}`,
    ...(after === null ? [] : [sql`(last_at, session_id) < (${after.lastActivity}::timestamptz, ${after.sessionId})`]),
  ];
  const active = activityOf(page, buckets);
  const found = async (from: RawBuilder<unknown>) =>
    (
      await sql<StateRow>`select session_id, first_at, last_at from ${from} ${newestFirst} limit ${limit + 1} offset ${offset}`.execute(
        db,
      )
    ).rows;
  const names = filteredBy(filter);
  if (names.length === 1 && names.every((name) => wideFilters.has(name))) {
    const inPeriod = isAllTime(buckets) ? [] : [spanOf(buckets, 'session').overlaps];
    const rows =
      await found(sql`(select * from session ${where([...ofTeam, ...inPeriod])} ${newestFirst} limit ${mostLooked}) session
      ${where(active)}`);
    if (rows.length > limit) return rows;
  }
  return found(sql`session ${where([...ofTeam, ...active])}`);
}

/** Sessions with something in the period, the last active first. */
export async function listSessions(db: Db, page: SessionPage): Promise<{ sessions: SessionRow[]; more: boolean }> {
  const buckets = bucketsOf(page.span, page.now);
  const { segments } = buckets;
  const rows = await findSessions(db, page, buckets);
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
