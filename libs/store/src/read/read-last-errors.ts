import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';
import { failureMessage } from '../rollup/state/fold-failures.ts';
import { kindShares } from '../rollup/fold/kind-shares.ts';
import { percentileKey } from './read-percentiles.ts';
import { seriesConditions, type SeriesFilter } from './rollup-rows.ts';
import type { Span } from './span.ts';

const kinds = {
  tool: { cube: 'place_tool', table: 'tool_call', names: ['tool'], dims: kindShares.tool_call.dims ?? {} },
  service: {
    cube: 'place_service',
    table: 'service_call',
    names: ['service', 'category'],
    dims: kindShares.service_call.dims ?? {},
  },
} as const;

export type LastErrorsQuestion = {
  teamId: string;
  kind: keyof typeof kinds;
  filter: SeriesFilter;
  /** What failed within; null bounds are none. */
  used: Span;
  now: number;
};

/** The newest of each place is kept; what came after a period that has ended may hide what was newest in it. */
function kept({ teamId, kind, filter, used }: LastErrorsQuestion): RawBuilder<unknown> {
  const since = used.from === null ? [] : [sql`f.at >= ${new Date(used.from)}::timestamptz`];
  const conditions = [
    sql`s.team_id = ${teamId} and s.cube = ${kinds[kind].cube} and s.session_id is null and s.task_id is null and s.run_id is null`,
    ...seriesConditions(filter),
    ...since,
  ];
  return sql`select s.tool, s.service, s.category, f.at, f.id, f.message
    from series s join last_failure f on f.team_id = s.team_id and f.series_id = s.series_id
    where ${sql.join(conditions, sql` and `)}`;
}

/** From the records themselves, as long as they are kept. */
function recorded({ teamId, kind, filter, used }: LastErrorsQuestion): RawBuilder<unknown> {
  const { table, dims } = kinds[kind];
  const own = { tool: sql`null`, service: sql`null`, category: sql`null`, ...dims };
  const since = used.from === null ? [] : [sql`r.at >= ${new Date(used.from)}::timestamptz`];
  const failed = [sql`r.team_id = ${teamId} and not r.success and r.at < ${new Date(used.to)}::timestamptz`, ...since];
  const places = sql`r.agent_id, r.crew_id, r.user_id, r.project, r.host, r.labels`;
  return sql`select * from (
      select ${places}, ${own.tool} as tool, ${own.service} as service, ${own.category} as category, r.at, r.id,
        ${failureMessage} as message
      from ${sql.table(table)} r where ${sql.join(failed, sql` and `)}) s
    where ${sql.join([sql`true`, ...seriesConditions(filter)], sql` and `)}`;
}

/** The newest error message within a period of each tool, or of each service and category; by `percentileKey`. */
export async function readLastErrors(db: Db, question: LastErrorsQuestion): Promise<Map<string, string>> {
  const names = sql.join(kinds[question.kind].names.map((name) => sql.ref(name)));
  const failures = question.used.to < question.now ? recorded(question) : kept(question);
  const { rows } = await sql<{ key: string[]; message: string }>`
    select distinct on (${names}) array[${names}] as key, message from (${failures}) as failure
    order by ${names}, at desc, id desc`.execute(db);
  return new Map(rows.map(({ key, message }) => [percentileKey(key), message]));
}
