import type { Sums } from '@telltale/contracts/sums';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { inSnapshot } from './in-snapshot.ts';
import { periodOf, type MetricsQuestion, type UsedPeriod } from './metrics-question.ts';
import { rankedPage, rankedUnits } from './ranked-units.ts';
import { readSumsBy } from './read-sums.ts';
import { rollupRows } from './rollup-rows.ts';
import { sumColumns, toSums, type SumsRow } from './sums-row.ts';
import { totalOf } from './total-of.ts';

export type RankQuestion = MetricsQuestion & { by: 'agent_id' | 'task_id'; limit: number; offset: number };

type Ranked = UsedPeriod & { ranked: { key: string; sums: Sums }[]; total: number };

async function rankAgents(db: Db, question: RankQuestion): Promise<Ranked> {
  const { teamId, filter, limit, offset } = question;
  const { segments, period } = periodOf(question);
  const cube = cubeFor('activity', [...filteredBy(filter), 'agent_id']);
  const found = sql`${rollupRows({ teamId, cube, segments, filter })} and s.agent_id is not null
    group by 1 having sum(r.records) > 0 or sum(r.llm_calls) > 0`;
  const { rows } = await sql<SumsRow & { key: string; total: number }>`
    select s.agent_id as key, ${sumColumns}, count(*) over () as total
    ${found}
    order by sum(r.cost_usd) desc nulls last, 1 limit ${limit} offset ${offset}`.execute(db);
  const total = await totalOf(db, { rows, offset }, sql`select s.agent_id ${found}`);
  return { ...period, ranked: rows.map((row) => ({ key: row.key, sums: toSums(row) })), total };
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
    const total = await totalOf(snapshot, { rows, offset }, rankedUnits(units));
    const ids = rows.map(({ key }) => key);
    const asked = { teamId, cube, segments: buckets.segments, filter: { ...filter, task_id: ids } };
    const sums = ids.length === 0 ? new Map<string, Sums>() : await readSumsBy(snapshot, 'task_id', asked);
    const ranked = ids.map((key) => ({ key, sums: sums.get(key) ?? toSums(undefined) }));
    return { ...period, ranked, total };
  });
}

/** Totals of the period by agent or task, most expensive first, and how many there are. */
export const rankSums = (db: Db, question: RankQuestion): Promise<Ranked> =>
  question.by === 'agent_id' ? rankAgents(db, question) : rankTasks(db, question);
