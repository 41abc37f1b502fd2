import { sql } from 'kysely';
import type { Db } from '../../database.ts';
import { rankedPage } from '../ranked-units.ts';
import { rollupRows, type SeriesFilter } from '../rollup-rows.ts';
import { bucketsOf } from '../span.ts';

export type SpenderQuestion = {
  teamId: string;
  by: 'agent_id' | 'session_id' | 'task_id' | 'run_id';
  filter: SeriesFilter;
  /** ms since 1970; null: since ever. */
  from: number | null;
  now: number;
  limit: number;
};

/** Who spent most money since a time, the dearest first. */
export async function topSpenders(db: Db, question: SpenderQuestion): Promise<string[]> {
  const { teamId, by, filter, from, now, limit } = question;
  const buckets = bucketsOf({ from, to: now }, now);
  if (by !== 'agent_id') {
    const page = rankedPage({ teamId, by, buckets, filter }, { limit, offset: 0 });
    const { rows } = await sql<{ key: string }>`${page}`.execute(db);
    return rows.map(({ key }) => key);
  }
  const { rows } = await sql<{ key: string }>`
    select s.agent_id as key ${rollupRows({ teamId, cube: 'place', segments: buckets.segments, filter })}
    group by 1 having sum(r.llm_calls) > 0 order by sum(r.cost_usd) desc nulls last, 1 limit ${limit}`.execute(db);
  return rows.map(({ key }) => key);
}
