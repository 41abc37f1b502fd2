import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { labelNamesOf } from '../fold/label-names.ts';
import { allowedLabels } from '../fold/scope.ts';
import { inTimeOf } from '../calls/in-time-of.ts';
import type { Range } from './fill-range.ts';

type Value = RawBuilder<unknown>;

/**
 * The record of that agent, time and id with the labels its team allows now: (id, labels). By the index of agents, one
 * record at a time: there is none by ids, and a join would read the team's records of all days for each of its calls.
 */
const recordOf = (teamId: string, record: Record<'agent' | 'at' | 'id', Value>, labels: Value): Value =>
  sql`lateral (select r.id, ${labels} as labels from llm_call r
    where key_of(r.team_id, r.agent_id) = key_of(${teamId}, ${record.agent}) and r.team_id = ${teamId}
      and r.agent_id = ${record.agent} and r.at = ${record.at} and r.id = ${record.id} limit 1)`;

/**
 * Gives the calls of a range the labels that their team allows now: `calls` keeps those that were allowed when the call
 * was folded. Only before the rollups of the range are made anew from them; else a later change would take away what
 * was never added. Calls whose records are gone keep theirs.
 */
export async function relabelCalls(trx: DbTransaction, teamId: string, { from, to }: Range): Promise<void> {
  const labels = allowedLabels({ teamId, labelNames: await labelNamesOf(trx, teamId), rows: sql`true` });
  const inRange = sql`${inTimeOf(teamId)} and calls.at >= ${from} and calls.at < ${to}`;
  const own = { agent: sql`calls.agent_id`, at: sql`calls.at`, id: sql`calls.record_id` };
  await sql`update calls c set labels = n.labels
    from (select calls.call_id, own.labels from calls
      cross join ${recordOf(teamId, own, labels)} own
      where ${inRange} and calls.members is null) n
    where c.team_id = ${teamId} and c.call_id = n.call_id and c.labels is distinct from n.labels`.execute(trx);
  const told = {
    agent: sql`(m.member ->> 'agent_id')`,
    at: sql`(m.member ->> 'at')::timestamptz`,
    id: sql`(m.member ->> 'record_id')::uuid`,
  };
  await sql`update calls c set members = n.members, labels = n.labels
    from (select calls.call_id, jsonb_agg(p.member order by m.place) as members,
        (array_agg(p.member -> 'labels' order by m.place) filter (where p.member -> 'labels' <> 'null'))[1] as labels
      from calls cross join lateral jsonb_array_elements(calls.members) with ordinality m (member, place)
      left join ${recordOf(teamId, told, labels)} own on true
      cross join lateral (select case when own.id is null then m.member
        else m.member || jsonb_build_object('labels', own.labels) end as member) p
      where ${inRange} and calls.members is not null group by calls.call_id) n
    where c.team_id = ${teamId} and c.call_id = n.call_id and c.members is distinct from n.members`.execute(trx);
}
