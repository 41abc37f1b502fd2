import type { ErrorsAnswer } from '@telltale/contracts/http/metrics-detail';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { cubeFor, filteredBy } from './cube-for.ts';
import { periodOf, type MetricsQuestion } from './metrics-question.ts';
import { rollupRows } from './rollup-rows.ts';

/** Most first. */
async function countsByTool(db: Db, question: MetricsQuestion): Promise<Record<string, number>> {
  const { teamId, filter } = question;
  // No tool is of a model.
  if (filter.model !== undefined) return {};
  const { segments } = periodOf(question);
  const cube = cubeFor('tool', [...filteredBy(filter), 'tool']);
  const { rows } = await sql<{ tool: string; errors: string }>`
    select s.tool, sum(r.tool_errors) as errors ${rollupRows({ teamId, cube, segments, filter })}
    group by 1 having sum(r.tool_errors) > 0 order by 2 desc, 1`.execute(db);
  return Object.fromEntries(rows.map(({ tool, errors }) => [tool, Number(errors)]));
}

type Kinds = ErrorsAnswer['error_counts_by_kind'];

async function countsByKind(db: Db, question: MetricsQuestion): Promise<Kinds> {
  const { teamId, filter } = question;
  const { segments } = periodOf(question);
  const cube = cubeFor(filter.model === undefined ? 'activity' : 'llm', filteredBy(filter));
  const { rows } = await sql<Record<keyof Kinds, string | null>>`
    select sum(r.llm_errors) as llm_call, sum(r.tool_errors) as tool_call, sum(r.service_errors) as service_call
    ${rollupRows({ teamId, cube, segments, filter })}`.execute(db);
  const of = (kind: keyof Kinds): number => Number(rows[0]?.[kind] ?? 0);
  return { llm_call: of('llm_call'), tool_call: of('tool_call'), service_call: of('service_call') };
}

/** Failed calls of the period by tool and by kind; from rollups, so they outlive the records themselves. Of one model: its own. */
export async function readErrorCounts(
  db: Db,
  question: MetricsQuestion,
): Promise<Pick<ErrorsAnswer, 'error_counts_by_tool' | 'error_counts_by_kind'>> {
  const [error_counts_by_tool, error_counts_by_kind] = await Promise.all([
    countsByTool(db, question),
    countsByKind(db, question),
  ]);
  return { error_counts_by_tool, error_counts_by_kind };
}
