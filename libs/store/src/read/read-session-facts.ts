import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { rollupRows, type SeriesFilter } from './rollup-rows.ts';
import type { Segment } from './span.ts';
import { unitCubeOf } from './unit-span.ts';

export type SessionFacts = { agent_ids: string[]; task_ids: string[]; tools_used: Record<string, number> };

/**
 * Who and what took part in each session: agents and tasks ever, tools by their calls within the period and the filter. No
 * tool is a model's.
 */
export async function readSessionFacts(
  db: Db,
  question: { teamId: string; segments: readonly Segment[]; sessionIds: readonly string[]; filter: SeriesFilter },
): Promise<Map<string, SessionFacts>> {
  const { teamId, segments, filter } = question;
  const ids = [...question.sessionIds];
  const [who, tools] = await Promise.all([
    sql<{ session_id: string; agent_ids: string[]; task_ids: string[] }>`
      select session_id, array_agg(distinct agent_id) as agent_ids,
        coalesce(array_agg(distinct task_id) filter (where task_id is not null), '{}') as task_ids
      from series where team_id = ${teamId} and cube = 'unit' and session_id = any(${ids}::text[])
      group by session_id`.execute(db),
    unitCubeOf(filter) === 'unit_model'
      ? { rows: [] }
      : sql<{ session_id: string; tool: string; calls: string }>`
          select s.session_id, s.tool, sum(r.tool_calls) as calls
          ${rollupRows({ teamId, cube: 'unit_tool', segments, filter: { ...filter, session_id: ids } })}
          group by 1, 2 having sum(r.tool_calls) > 0 order by 3 desc, 2`.execute(db),
  ]);
  const facts = new Map<string, SessionFacts>();
  for (const { session_id, agent_ids, task_ids } of who.rows) {
    facts.set(session_id, { agent_ids, task_ids, tools_used: {} });
  }
  for (const { session_id, tool, calls } of tools.rows) {
    const known = facts.get(session_id);
    if (known !== undefined) Object.defineProperty(known.tools_used, tool, { value: Number(calls), enumerable: true });
  }
  return facts;
}
