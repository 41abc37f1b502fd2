import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** What each team spent on each model since ever, in US dollars; for metrics, so rounded to a number. */
export async function spendByModel(db: Db): Promise<{ team_id: string; model: string; cost_usd: number }[]> {
  const { rows } = await sql<{ team_id: string; model: string; cost_usd: number }>`
    select s.team_id, s.model, sum(r.cost_usd)::double precision as cost_usd
    from series s join rollup r on r.team_id = s.team_id and r.series_id = s.series_id and r.grain = 0
    where s.cube = 'model' and r.cost_usd is not null group by 1, 2`.execute(db);
  return rows;
}
