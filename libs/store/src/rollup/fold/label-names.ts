import { subAgentLabel } from '@telltale/contracts/records/sub-agent';
import type { DbTransaction } from '../../database.ts';

/**
 * Labels that are rollup dimensions for this team: the sub-agent's always, and those that it allows. The first has as many
 * values as there ever were sub-agents.
 */
export async function labelNamesOf(trx: DbTransaction, teamId: string): Promise<string[]> {
  const row = await trx.selectFrom('team').select('label_names').where('team_id', '=', teamId).executeTakeFirst();
  return [...new Set([subAgentLabel, ...(row?.label_names ?? [])])];
}
