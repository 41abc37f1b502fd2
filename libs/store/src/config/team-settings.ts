import type { TeamSettings } from '@telltale/contracts/http/team';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { writeAudit } from './audit.ts';

/**
 * Whether a team has a key, a runner's crew, a dead letter or something stored; what is stored is in the ledger first and
 * later in the rollups alone.
 */
async function hasAnything(db: Db, teamId: string): Promise<boolean> {
  const { rows } = await sql<{ known: boolean }>`
    select exists (select from api_key where team_id = ${teamId})
      or exists (select from crew where team_id = ${teamId})
      or exists (select from dead_letter where team_id = ${teamId})
      or exists (select from series where team_id = ${teamId})
      or exists (select from batch_ledger where team_id = ${teamId}) as known`.execute(db);
  return rows[0]?.known === true;
}

/** A team that nobody made has no settings of its own: it exists by what it sent. */
export async function readTeam(db: Db, teamId: string): Promise<TeamSettings> {
  const row = await db
    .selectFrom('team')
    .select(['name', 'label_names', 'time_zone', 'created_at'])
    .where('team_id', '=', teamId)
    .executeTakeFirst();
  return {
    team_id: teamId,
    name: row?.name ?? teamId,
    label_names: row?.label_names ?? [],
    time_zone: row?.time_zone ?? 'UTC',
    created_at: row?.created_at.toISOString() ?? null,
    known: row !== undefined || (await hasAnything(db, teamId)),
  };
}

export type TeamChange = {
  teamId: string;
  labelNames?: readonly string[] | undefined;
  timeZone?: string | undefined;
  actor: string;
};

/** Changes what a team says about itself, with an audit row that says what was there before; makes the team. */
export async function setTeam(db: Db, { teamId, labelNames, timeZone, actor }: TeamChange): Promise<TeamSettings> {
  return db.transaction().execute(async (trx) => {
    await trx
      .insertInto('team')
      .values({ team_id: teamId, name: teamId })
      .onConflict((conflict) => conflict.column('team_id').doNothing())
      .execute();
    const before = await trx
      .selectFrom('team')
      .select(['label_names', 'time_zone'])
      .where('team_id', '=', teamId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const change = {
      label_names: labelNames === undefined ? before.label_names : [...labelNames],
      time_zone: timeZone ?? before.time_zone,
    };
    await trx.updateTable('team').set(change).where('team_id', '=', teamId).execute();
    const detail = {
      ...(labelNames === undefined ? {} : { label_names: change.label_names, before: before.label_names }),
      ...(timeZone === undefined ? {} : { time_zone: change.time_zone, time_zone_before: before.time_zone }),
    };
    await writeAudit(trx, { teamId, actor, action: 'team.set', object: `team:${teamId}`, detail });
    return readTeam(trx, teamId);
  });
}
