import { runnerSilentMs, type RunnerRow, type RunnerState } from '@telltale/contracts/http/runners';
import type { Selectable } from 'kysely';
import type { Db } from '../../database.ts';
import type { RunnerTable } from '../../tables/runners.ts';

export type RunnerPage = { teamId: string; limit: number; offset: number };

const iso = (value: Date | null): string | null => value?.toISOString() ?? null;

/** How a runner is shown at a time, in ms since 1970. */
export function toRunnerRow(row: Selectable<RunnerTable>, now: number): RunnerRow {
  const heardOf = row.last_seen_at ?? row.enrolled_at;
  const silent = row.revoked_at === null && (heardOf === null || now - heardOf.getTime() > runnerSilentMs);
  const state = (): RunnerState => {
    if (row.revoked_at !== null) return 'revoked';
    if (silent) return 'silent';
    return row.draining ? 'draining' : 'active';
  };
  return {
    runner_id: row.runner_id,
    team_id: row.team_id,
    name: row.name,
    host: row.host,
    version: row.version,
    state: state(),
    running: row.running,
    key_id: row.key_id,
    enrolled_at: iso(row.enrolled_at),
    last_seen_at: iso(row.last_seen_at),
    silent_since: silent ? iso(heardOf) : null,
    revoked_at: iso(row.revoked_at),
  };
}

/** The runners of a team, by name, revoked ones too, with how many there are. */
export async function listRunners(
  db: Db,
  { teamId, limit, offset }: RunnerPage,
  now: number,
): Promise<{ runners: RunnerRow[]; total: number }> {
  const ofTeam = db.selectFrom('runner').where('team_id', '=', teamId);
  const { total } = await ofTeam.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await ofTeam.selectAll().orderBy('name').orderBy('runner_id').limit(limit).offset(offset).execute();
  return { runners: rows.map((row) => toRunnerRow(row, now)), total };
}
