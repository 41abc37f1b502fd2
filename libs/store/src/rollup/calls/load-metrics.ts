import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { CallMember } from './call.ts';
import { hasUsage, isSum } from './combine-members.ts';
import type { FoundCall } from './load-alike.ts';
import { agentReachMs, sinceOf } from './nest-names.ts';

const reach = sql`interval '1 millisecond' * ${sql.lit(agentReachMs)}`;
const places = ['run_id', 'session_id', 'agent_id'] as const;
type Place = (typeof places)[number];

/** `sinceOf` in SQL. */
const since = sql`case when c.message_id ~ '^metric:[0-9]{1,15}:'
  then least(c.at, to_timestamp(split_part(c.message_id, ':', 2)::double precision / 1000)) else c.at end`;

/** Calls that only metrics told of, at a place: the first of run, session and agent that they name. */
const sumsAt = (
  place: Place,
  teamId: string,
  id: RawBuilder<unknown>,
  at: RawBuilder<unknown>,
): RawBuilder<unknown> => {
  const less = places.slice(0, places.indexOf(place)).map((name) => sql`and c.${sql.ref(name)} is null`);
  const near = place === 'agent_id' ? sql`and ${at} between ${since} - ${reach} and c.at + ${reach}` : sql``;
  return sql`c.team_id = ${teamId} and c.origin = 'metric' and c.${sql.ref(place)} = ${id} ${sql.join(less, sql` `)}
    and key_of(c.team_id, coalesce(c.run_id, c.session_id, c.agent_id)) = key_of(${teamId}, ${id}) ${near}`;
};

async function hasSums(trx: DbTransaction, teamId: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from calls where team_id = ${teamId} and origin = 'metric') as found`.execute(trx);
  return rows[0]?.found === true;
}

/**
 * Adds to fold_joined what metrics told, and of each place where they told something a record that tells of a call itself, one a
 * quarter hour. Where nobody sends such metrics this costs two looks.
 */
export async function markMetrics(trx: DbTransaction, teamId: string): Promise<number> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from fold_llm where origin = 'metric') as found`.execute(trx);
  if (rows[0]?.found !== true && !(await hasSums(trx, teamId))) return 0;
  const usage = sql`(f.input_tokens is not null or f.output_tokens is not null) and f.origin <> 'metric'`;
  const quarter = sql`date_bin('15 minutes', f.at, timestamptz 'epoch')`;
  const beside = places.map((place) => {
    const id = sql`f.${sql.ref(place)}`;
    return sql`select p.record_id from (
        select distinct on (${id}, ${quarter}) f.record_id, ${id} as id, f.at from fold_llm f
        where ${id} is not null and ${usage} order by ${id}, ${quarter}, f.record_id) p
      where exists (select from calls c where ${sumsAt(place, teamId, sql`p.id`, sql`p.at`)})
        or exists (select from fold_llm c where c.origin = 'metric' and c.${sql.ref(place)} = p.id)`;
  });
  const marked = await sql`insert into fold_joined select record_id from fold_llm where origin = 'metric'
    union ${sql.join(
      beside.map((part) => sql`(${part})`),
      sql` union `,
    )}`.execute(trx);
  return Number(marked.numAffectedRows ?? 0);
}

type Wanted = { what: Place; id: string; since: string; at: string };
const wantedOf = (member: CallMember, all: boolean): Wanted[] => {
  const told = places.flatMap((what) => {
    const id = member[what];
    return id === null ? [] : [{ what, id, since: new Date(sinceOf(member)).toISOString(), at: member.at }];
  });
  return all ? told : told.slice(0, 1);
};

/** One call that tells of itself, at the place of each sum. */
const callAt: Record<Place, (teamId: string) => RawBuilder<unknown>> = {
  run_id: (teamId) => sql`select c.call_id from calls c where c.team_id = ${teamId} and c.run_id is not null
    and key_of(c.team_id, c.run_id) = key_of(${teamId}, w.id) and c.run_id = w.id and c.origin <> 'metric'
    and (c.input_tokens is not null or c.output_tokens is not null) limit 1`,
  session_id: (teamId) => sql`select c.call_id from calls c where c.team_id = ${teamId} and c.session_id is not null
    and key_of(c.team_id, c.session_id) = key_of(${teamId}, w.id) and c.session_id = w.id and c.origin <> 'metric'
    and (c.input_tokens is not null or c.output_tokens is not null) limit 1`,
  // Calls are not indexed by agent; the records they are made of are.
  agent_id: (teamId) => sql`select a.call_id from llm_call r
    cross join lateral (select c.call_id from calls c where c.team_id = ${teamId} and c.call_id = r.id
      union select k.call_id from call_alias k where k.team_id = ${teamId} and k.alias = 'r:' || r.id) a
    where r.team_id = ${teamId} and key_of(r.team_id, r.agent_id) = key_of(${teamId}, w.id) and r.agent_id = w.id
      and r.at between w.since - ${reach} and w.at + ${reach} and r.attributes ->> 'signal' is distinct from 'metric'
      and (r.input_tokens is not null or r.output_tokens is not null) limit 1`,
};

/** The sums of metrics that yield to any of `members`, and for each sum among them a call that it yields to. */
export async function callsBesideMetrics(
  trx: DbTransaction,
  teamId: string,
  members: readonly CallMember[],
  memberJson: RawBuilder<unknown>,
): Promise<FoundCall[]> {
  if (!members.some(isSum) && !(await hasSums(trx, teamId))) return [];
  const sums = members.filter(isSum).flatMap((member) => wantedOf(member, false));
  const calls = members
    .filter((member) => !isSum(member) && hasUsage(member))
    .flatMap((member) => wantedOf(member, true));
  const parts = places.flatMap((place) => {
    const at = (wanted: readonly Wanted[]): RawBuilder<unknown> =>
      sql`jsonb_to_recordset(${JSON.stringify(
        wanted.filter(({ what }) => what === place),
      )}::jsonb) as w (id text, since timestamptz, at timestamptz)`;
    return [
      sql`select s.call_id from ${at(sums)} cross join lateral (${callAt[place](teamId)}) s`,
      sql`select c.call_id from ${at(calls)} join calls c on ${sumsAt(place, teamId, sql`w.id`, sql`w.at`)}`,
    ];
  });
  const { rows } = await sql<FoundCall>`select c.call_id, ${memberJson} as member, c.members from calls c
    where c.team_id = ${teamId} and c.call_id in (${sql.join(parts, sql` union `)})`.execute(trx);
  return rows;
}
