import { recordKinds } from '@telltale/contracts/records/record';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { plannedOnce } from '../planned-once.ts';

/** Unfolded batches that are looked through: the newest. */
const batchesAtMost = 100;

/** Of these nothing is shown live. */
const notShown = new Set(['metric', 'endpoint_minute']);

/** Where the shown records of a batch lie, with the kind that its ledger row names. */
const places = [
  ...recordKinds.filter((kind) => !notShown.has(kind)).map((kind) => ({ kind, table: kind, at: 'r.at' })),
  { kind: 'log_entry', table: 'log_chunk', at: 'r.max_at' },
];

/** The agents of each row of ledger row `l`, and its time. */
const agentsOfBatch = (teamId: string) =>
  sql.join(
    places.map(
      ({ kind, table, at }) => sql`select r.agent_id, ${sql.ref(at)} as at from ${sql.table(table)} r
        where ${sql.lit(kind)} = any(l.kinds) and r.batch_no = l.batch_no and r.at between l.min_at and l.max_at
          and r.team_id = ${teamId}`,
    ),
    sql` union all `,
  );

/**
 * The agents that were active last, newest first, at most `limit`. An agent is one as soon as its first record is
 * committed: of batches that are not folded, the raw rows are asked.
 */
export async function lastActiveAgents(db: Db, teamId: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ agent_id: string }>`${plannedOnce}
    with unfolded as materialized (
      select batch_no, kinds, min_at, max_at from batch_ledger
      where team_id = ${teamId} and folded_at is null order by batch_no desc limit ${sql.lit(batchesAtMost)})
    select agent_id from (
      (select agent_id, last_at from agent where team_id = ${teamId} and sub_agent is null order by last_at desc, agent_id desc limit ${limit})
      union all
      select own.agent_id, max(own.at) from unfolded l cross join lateral (${agentsOfBatch(teamId)}) as own group by own.agent_id
    ) as active group by agent_id order by max(last_at) desc, agent_id desc limit ${limit}`.execute(db);
  return rows.map(({ agent_id }) => agent_id);
}
