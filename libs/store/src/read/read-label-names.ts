import { subAgentLabel } from '@telltale/contracts/records/sub-agent';
import type { Db } from '../database.ts';

/** Labels that the rollups of a team can be filtered by: the names of its settings, and the sub-agent's. */
export async function readLabelNames(db: Db, teamId: string): Promise<string[]> {
  const row = await db.selectFrom('team').select('label_names').where('team_id', '=', teamId).executeTakeFirst();
  return [...new Set([...(row?.label_names ?? []), subAgentLabel])];
}
