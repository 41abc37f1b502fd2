import type { TeamSettings } from '@telltale/contracts/http/team';
import type { Db } from '../database.ts';
import { writeAudit } from './audit.ts';

/** A team that nobody made has no settings of its own: it exists by what it sent. */
export async function readTeam(db: Db, teamId: string): Promise<TeamSettings> {
  const row = await db
    .selectFrom('team')
    .select(['name', 'label_names', 'created_at'])
    .where('team_id', '=', teamId)
    .executeTakeFirst();
  return {
    team_id: teamId,
    name: row?.name ?? teamId,
    label_names: row?.label_names ?? [],
    created_at: row?.created_at.toISOString() ?? null,
  };
}

export type TeamChange = { teamId: string; labelNames: readonly string[]; actor: string };

/** Replaces which labels are dimensions of the team's rollups, with an audit row that says what they were; makes the team. */
export async function setTeam(db: Db, { teamId, labelNames, actor }: TeamChange): Promise<TeamSettings> {
  const names = [...labelNames];
  return db.transaction().execute(async (trx) => {
    await trx
      .insertInto('team')
      .values({ team_id: teamId, name: teamId })
      .onConflict((conflict) => conflict.column('team_id').doNothing())
      .execute();
    const before = await trx
      .selectFrom('team')
      .select('label_names')
      .where('team_id', '=', teamId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    await trx.updateTable('team').set({ label_names: names }).where('team_id', '=', teamId).execute();
    const detail = { label_names: names, before: before.label_names };
    await writeAudit(trx, { teamId, actor, action: 'team.set', object: `team:${teamId}`, detail });
    return readTeam(trx, teamId);
  });
}
