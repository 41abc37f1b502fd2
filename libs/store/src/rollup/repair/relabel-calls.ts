import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { labelNamesOf } from '../fold/label-names.ts';
import { allowedLabels } from '../fold/scope.ts';
import type { Range } from './fill-range.ts';

/** That the record `r` is the one with this id and time. */
const isRecord = (teamId: string, id: RawBuilder<unknown>, at: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`r.team_id = ${teamId} and r.id = ${id} and r.at = ${at}`;

/**
 * Gives the calls of a range the labels that their team allows now: `calls` keeps those that were allowed when the call
 * was folded. Only before the rollups of the range are made anew from them; else a later change would take away what
 * was never added. Calls whose records are gone keep theirs.
 */
export async function relabelCalls(trx: DbTransaction, teamId: string, { from, to }: Range): Promise<void> {
  const labels = allowedLabels({ teamId, labelNames: await labelNamesOf(trx, teamId), rows: sql`true` });
  const inRange = sql`c.team_id = ${teamId} and c.at >= ${from} and c.at < ${to}`;
  await sql`update calls c set labels = n.labels
    from (select c.call_id, ${labels} as labels from calls c
      join llm_call r on ${isRecord(teamId, sql`c.record_id`, sql`c.at`)}
      where ${inRange} and c.members is null and (r.labels is not null or c.labels is not null)) n
    where c.team_id = ${teamId} and c.call_id = n.call_id and c.labels is distinct from n.labels`.execute(trx);
  const [id, at] = [sql`(m.member ->> 'record_id')::uuid`, sql`(m.member ->> 'at')::timestamptz`];
  await sql`update calls c set members = n.members, labels = n.labels
    from (select c.call_id, jsonb_agg(p.member order by m.place) as members,
        (array_agg(p.member -> 'labels' order by m.place) filter (where p.member -> 'labels' <> 'null'))[1] as labels
      from calls c cross join lateral jsonb_array_elements(c.members) with ordinality m (member, place)
      left join llm_call r on ${isRecord(teamId, id, at)}
      cross join lateral (select case when r.id is null then m.member
        else m.member || jsonb_build_object('labels', ${labels}) end as member) p
      where ${inRange} and c.members is not null group by c.call_id) n
    where c.team_id = ${teamId} and c.call_id = n.call_id and c.members is distinct from n.members`.execute(trx);
}
