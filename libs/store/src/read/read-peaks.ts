import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** What a run has besides the shared totals. */
export type Peaks = { agent_ids: string[]; cpu: number | null; processes: number | null };

/** By run, over all its agents and all time. */
export async function readPeaks(
  db: Db,
  { teamId, runIds }: { teamId: string; runIds: readonly string[] },
): Promise<Map<string, Peaks>> {
  const { rows } = await sql<Peaks & { run_id: string }>`
    select s.run_id, array_agg(distinct s.agent_id) as agent_ids, max(r.cpu_peak) as cpu,
      max(r.processes_peak) as processes
    from series s join rollup r on r.team_id = s.team_id and r.series_id = s.series_id and r.grain = 0
    where s.team_id = ${teamId} and s.cube = 'unit' and s.run_id = any(${[...runIds]}::text[])
    group by s.run_id`.execute(db);
  return new Map(rows.map(({ run_id, ...peaks }) => [run_id, peaks]));
}
