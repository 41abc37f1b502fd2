import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** Teams with committed batches that are not folded, those that wait longest first. Hops from team to team by index. */
export async function teamsWithWork(db: Db): Promise<string[]> {
  const { rows } = await sql<{ team_id: string }>`
    with recursive team as (
      (select team_id from batch_ledger where folded_at is null order by team_id limit 1)
      union all
      select (select l.team_id from batch_ledger l where l.folded_at is null and l.team_id > team.team_id
        order by l.team_id limit 1) from team where team.team_id is not null)
    select team.team_id from team, lateral (select batch_no from batch_ledger l
      where l.folded_at is null and l.team_id = team.team_id order by l.batch_no limit 1) first
    where team.team_id is not null order by first.batch_no`.execute(db);
  return rows.map(({ team_id }) => team_id);
}

/** Age of the oldest unfolded batch since its commit, in ms; 0 when all is folded. Of all teams unless one is named. */
export async function rollupLagMs(db: Db, teamId?: string): Promise<number> {
  const ofTeam = teamId === undefined ? sql`` : sql`and team_id = ${teamId}`;
  const { rows } = await sql<{ lag_ms: number }>`
    select coalesce(greatest(0, extract(epoch from clock_timestamp() - min(committed_at)) * 1000), 0)::double precision as lag_ms
    from batch_ledger where folded_at is null ${ofTeam}`.execute(db);
  return rows[0]?.lag_ms ?? 0;
}

async function teamsOf(db: Db, table: 'series' | 'endpoint_rollup'): Promise<string[]> {
  const { rows } = await sql<{ team_id: string }>`
    with recursive team as (
      (select team_id from ${sql.table(table)} order by team_id limit 1)
      union all
      select (select s.team_id from ${sql.table(table)} s where s.team_id > team.team_id order by s.team_id limit 1)
      from team where team.team_id is not null)
    select team_id from team where team_id is not null`.execute(db);
  return rows.map(({ team_id }) => team_id);
}

/** Teams that have anything derived, be it the traffic of the gateways alone. */
export async function knownTeams(db: Db): Promise<string[]> {
  const [people, traffic] = [await teamsOf(db, 'series'), await teamsOf(db, 'endpoint_rollup')];
  return [...new Set([...people, ...traffic])];
}
