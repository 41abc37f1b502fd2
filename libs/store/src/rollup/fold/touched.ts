import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';

/** Ids that a fold changed something of. */
export type Touched = { agents: string[]; sessions: string[]; runs: string[]; tasks: string[] };

export async function readTouched(trx: DbTransaction): Promise<Touched> {
  const { rows } = await sql<Touched>`select
    array(select distinct agent_id from fold_base) as agents,
    array(select distinct session_id from fold_base where session_id is not null) as sessions,
    array(select distinct run_id from fold_base where run_id is not null) as runs,
    array(select distinct task_id from fold_base where task_id is not null) as tasks`.execute(trx);
  return rows[0] ?? { agents: [], sessions: [], runs: [], tasks: [] };
}
