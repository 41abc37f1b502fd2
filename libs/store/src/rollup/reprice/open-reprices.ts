import { sql } from 'kysely';
import type { Db } from '../../database.ts';

/** Failures in a row after which a repricing is given up. */
const mostFailures = 5;

/** Repricings that were asked for and have not ended, oldest first. */
export async function openReprices(db: Db): Promise<{ team_id: string; reprice_id: string }[]> {
  const { rows } = await sql<{ team_id: string; reprice_id: string }>`
    select r.team_id, r.reprice_id from reprice_request r left join reprice_progress p using (team_id, reprice_id)
    where p.ended_at is null order by r.requested_at limit 100`.execute(db);
  return rows;
}

/** Counts a failure; after five in a row the repricing ends as failed. What was repriced before stays. */
export async function failReprice(
  db: Db,
  { teamId, repriceId, error }: { teamId: string; repriceId: string; error: string },
): Promise<void> {
  await sql`insert into reprice_progress as p (team_id, reprice_id, failures, error)
    values (${teamId}, ${repriceId}, 1, ${error})
    on conflict (team_id, reprice_id) do update set failures = p.failures + 1, error = excluded.error,
      state = case when p.failures + 1 >= ${mostFailures} then 'failed' else p.state end,
      ended_at = case when p.failures + 1 >= ${mostFailures} then now() end
    where p.state = 'running'`.execute(db);
}
