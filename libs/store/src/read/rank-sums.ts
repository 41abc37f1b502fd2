import type { Sums } from '@telltale/contracts/sums';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { inSnapshot } from './in-snapshot.ts';
import { periodOf, type MetricsQuestion, type UsedPeriod } from './metrics-question.ts';
import { countUnits, rankedPage } from './ranked-units.ts';
import { readSumsBy, type SumsQuestion } from './read-sums.ts';
import { rollupRows, type SeriesFilter } from './rollup-rows.ts';
import { toSums } from './sums-row.ts';
import { totalOf } from './total-of.ts';

export type RankQuestion = MetricsQuestion & { by: 'agent_id' | 'task_id'; limit: number; offset: number };

type Ranked = UsedPeriod & { ranked: { key: string; sums: Sums }[]; total: number };

/** Everything about the few that are on a page, in its order. */
async function withSums(
  db: Db,
  by: RankQuestion['by'],
  ids: readonly string[],
  question: SumsQuestion & { filter: SeriesFilter },
): Promise<Ranked['ranked']> {
  if (ids.length === 0) return [];
  const sums = await readSumsBy(db, by, { ...question, filter: { ...question.filter, [by]: ids } });
  return ids.map((key) => ({ key, sums: sums.get(key) ?? toSums(undefined) }));
}

/** The page by what each agent cost: adding up seventeen figures of all agents takes twice as long. */
async function rankAgents(db: Db, question: RankQuestion): Promise<Ranked> {
  const { by, teamId, filter, limit, offset } = question;
  const { segments, period } = periodOf(question);
  const cube = cubeFor('activity', [...filteredBy(filter), 'agent_id']);
  const asked = { teamId, cube, segments, filter };
  const found = sql`${rollupRows(asked)} and s.agent_id is not null
    group by 1 having sum(r.records) > 0 or sum(r.llm_calls) > 0`;
  return inSnapshot(db, async (snapshot) => {
    const { rows } = await sql<{ key: string; total: number }>`
      select s.agent_id as key, count(*) over () as total ${found}
      order by sum(r.cost_usd) desc nulls last, 1 limit ${limit} offset ${offset}`.execute(snapshot);
    const total = await totalOf(
      snapshot,
      { rows, offset },
      sql`select count(*) from (select s.agent_id ${found}) as agent`,
    );
    const ids = rows.map(({ key }) => key);
    return { ...period, ranked: await withSums(snapshot, by, ids, asked), total };
  });
}

/** The page by what each task cost, then everything about the few that are on it. */
async function rankTasks(db: Db, question: RankQuestion): Promise<Ranked> {
  const { teamId, filter, limit, offset } = question;
  const { period, ...buckets } = periodOf(question);
  const cube = cubeFor('activity', [...filteredBy(filter), 'task_id']);
  const units = { teamId, by: 'task_id', buckets, filter } as const;
  return inSnapshot(db, async (snapshot) => {
    const { rows } = await sql<{ key: string; total: number }>`${rankedPage(units, { limit, offset })}`.execute(
      snapshot,
    );
    const total = await totalOf(snapshot, { rows, offset }, countUnits(units));
    const ids = rows.map(({ key }) => key);
    const asked = { teamId, cube, segments: buckets.segments, filter };
    return { ...period, ranked: await withSums(snapshot, 'task_id', ids, asked), total };
  });
}

/** Totals of the period by agent or task, most expensive first, and how many there are. */
export const rankSums = (db: Db, question: RankQuestion): Promise<Ranked> =>
  question.by === 'agent_id' ? rankAgents(db, question) : rankTasks(db, question);
