import { sql } from 'kysely';
import type { DbTransaction } from '../database.ts';

/** `onlyWatched`: somebody else started it, and nobody allowed that anything acts on it. */
export type RunningRun = { runId: string; onlyWatched: boolean };

/**
 * Runs that go on, of a team, of one of its agents, or one by its id. A run is one as soon as its start is committed, and
 * none as soon as its end is: of batches that are not folded, the events themselves are asked.
 */
export async function runningRuns(
  trx: DbTransaction,
  { teamId, agentId, runId }: { teamId: string; agentId?: string | undefined; runId?: string | undefined },
): Promise<RunningRun[]> {
  const of = (alias: string) =>
    sql.join(
      [
        sql`${sql.ref(`${alias}.team_id`)} = ${teamId}`,
        ...(agentId === undefined ? [] : [sql`${sql.ref(`${alias}.agent_id`)} = ${agentId}`]),
        ...(runId === undefined ? [] : [sql`${sql.ref(`${alias}.run_id`)} = ${runId}`]),
      ],
      sql` and `,
    );
  const onlyWatched = sql`e.event = 'attached' and e.attributes ->> 'enforced' = 'false'`;
  const { rows } = await sql<{ run_id: string; only_watched: boolean }>`
    with news as materialized (
      select own.run_id, own.event, own.only_watched from batch_ledger l cross join lateral (
        select e.run_id, e.event, coalesce(${onlyWatched}, false) as only_watched from run_event e
        where e.batch_no = l.batch_no and e.at between l.min_at and l.max_at and ${of('e')}
          and e.run_id is not null and e.event in ('started', 'attached', 'ended')) as own
      where l.team_id = ${teamId} and l.folded_at is null and 'run_event' = any(l.kinds))
    select run_id, exists (select from news n where n.run_id = going.run_id and n.only_watched) or exists (
        select from run r join run_event e on e.at = r.start_at and e.id = r.start_id
        where r.team_id = ${teamId} and r.run_id = going.run_id and e.team_id = r.team_id and ${onlyWatched}) as only_watched
    from (
      select r.run_id from run r where ${of('r')} and r.ended_at is null
      union
      select n.run_id from news n where n.event <> 'ended'
        and not exists (select from run r where r.team_id = ${teamId} and r.run_id = n.run_id and r.ended_at is not null)
    ) as going
    where not exists (select from news n where n.run_id = going.run_id and n.event = 'ended')
    order by run_id`.execute(trx);
  return rows.map((row) => ({ runId: row.run_id, onlyWatched: row.only_watched }));
}
