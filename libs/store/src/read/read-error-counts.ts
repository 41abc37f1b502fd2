import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { periodOf, type MetricsQuestion } from './metrics-question.ts';
import { rollupRows } from './rollup-rows.ts';

/** Failed calls of the period by tool, most first; from rollups, so they outlive the records themselves. */
export async function readErrorCounts(db: Db, question: MetricsQuestion): Promise<Record<string, number>> {
  const { teamId, filter } = question;
  const { segments } = periodOf(question);
  const cube = cubeFor('tool', [...filteredBy(filter), 'tool']);
  const { rows } = await sql<{ tool: string; errors: string }>`
    select s.tool, sum(r.tool_errors) as errors ${rollupRows({ teamId, cube, segments, filter })}
    group by 1 having sum(r.tool_errors) > 0 order by 2 desc, 1`.execute(db);
  return Object.fromEntries(rows.map(({ tool, errors }) => [tool, Number(errors)]));
}
