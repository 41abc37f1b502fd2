import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { CallMember } from './call.ts';
import { hasUsage, isSum } from './combine-members.ts';
import type { FoundCall } from './load-alike.ts';
import { agentReachMs, counterOf, isOfAnswer, sinceOf } from './yield-sums.ts';

const reach = sql`interval '1 millisecond' * ${sql.lit(agentReachMs)}`;
const places = ['run_id', 'session_id', 'agent_id', 'trace_id'] as const;
type Place = (typeof places)[number];

/** `sinceOf` in SQL. */
const since = sql`case when c.message_id ~ '^metric:[0-9]{1,15}:'
  then least(c.at, to_timestamp(split_part(c.message_id, ':', 2)::double precision / 1000)) else c.at end`;

/** Not of two processes, as far as both say: `isAbout` of yield-sums.ts in SQL. */
const mayBeOne = (c: RawBuilder<unknown>, process: RawBuilder<unknown>, host: RawBuilder<unknown>) =>
  sql`(${c}.host <> ${host} or (${c}.process <> ${process} and left(${c}.process, 1) = left(${process}, 1))) is not true`;

type Teller = {
  id: RawBuilder<unknown>;
  at: RawBuilder<unknown>;
  process: RawBuilder<unknown>;
  host: RawBuilder<unknown>;
};
const tellerOf = (row: string): Teller => ({
  id: sql.ref(`${row}.id`),
  at: sql.ref(`${row}.at`),
  process: sql.ref(`${row}.process`),
  host: sql.ref(`${row}.host`),
});

/** Sums that nobody told of otherwise so far, at a place: the first of run, session and agent that they name, or their trace. */
const sumsAt = (place: Place, teamId: string, { id, at, process, host }: Teller): RawBuilder<unknown> => {
  const own = sql`c.team_id = ${teamId} and c.origin = 'metric' and c.${sql.ref(place)} = ${id}`;
  if (place === 'trace_id')
    return sql`${own} and c.trace_id is not null and key_of(c.team_id, c.trace_id) = key_of(${teamId}, ${id})`;
  const less = places.slice(0, places.indexOf(place)).map((name) => sql`and c.${sql.ref(name)} is null`);
  const near =
    place === 'agent_id'
      ? sql`and c.trace_id is null and c.at >= ${at} - ${reach} and ${at} >= ${since} - ${reach}`
      : sql``;
  return sql`${own} ${sql.join(less, sql` `)} and ${mayBeOne(sql`c`, process, host)}
    and key_of(c.team_id, coalesce(c.run_id, c.session_id, c.agent_id)) = key_of(${teamId}, ${id}) ${near}`;
};

async function hasSums(trx: DbTransaction, teamId: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from calls where team_id = ${teamId} and origin = 'metric') as found`.execute(trx);
  return rows[0]?.found === true;
}

/**
 * Adds to fold_joined what counters or agents summed up, and of each place where somebody did a record that tells of a call
 * itself, one a process and quarter hour. Where nobody sends sums this costs two looks.
 */
export async function markSums(trx: DbTransaction, teamId: string): Promise<number> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (select from fold_llm where origin = 'metric') as found`.execute(trx);
  if (rows[0]?.found !== true && !(await hasSums(trx, teamId))) return 0;
  const usage = sql`(f.input_tokens is not null or f.output_tokens is not null) and f.origin <> 'metric'`;
  const quarter = sql`date_bin('15 minutes', f.at, timestamptz 'epoch')`;
  const beside = places.map((place) => {
    const each = sql`f.${sql.ref(place)}, f.process, f.host, ${quarter}`;
    return sql`select p.record_id from (
        select distinct on (${each}) f.record_id, f.${sql.ref(place)} as id, f.at, f.process, f.host from fold_llm f
        where f.${sql.ref(place)} is not null and ${usage} order by ${each}, f.record_id) p
      where exists (select from calls c where ${sumsAt(place, teamId, tellerOf('p'))})
        or exists (select from fold_llm c where c.origin = 'metric' and c.${sql.ref(place)} = p.id)`;
  });
  const marked = await sql`insert into fold_joined select record_id from fold_llm where origin = 'metric'
    union ${sql.join(
      beside.map((part) => sql`(${part})`),
      sql` union `,
    )}`.execute(trx);
  return Number(marked.numAffectedRows ?? 0);
}

type Wanted = Pick<CallMember, 'at' | 'process' | 'host'> & {
  what: Place;
  id: string;
  since: string;
  counted: boolean;
};
function wantedOf(member: CallMember): Wanted[] {
  const { at, process = null, host } = member;
  return places.flatMap((what) => {
    const id = member[what] ?? null;
    const since = new Date(sinceOf(member)).toISOString();
    return id === null ? [] : [{ what, id, since, at, process, host, counted: isSum(member) && !isOfAnswer(member) }];
  });
}
/** Of a sum the places where it may be told otherwise: its trace, and the first of the others. */
function placesOfSum(sum: CallMember): Wanted[] {
  const told = wantedOf(sum);
  const [first, ...others] = told;
  const inTrace = others.filter(({ what }) => what === 'trace_id');
  return first === undefined || (first.what === 'agent_id' && inTrace.length > 0) ? inTrace : [first, ...inTrace];
}

const tells = sql`(c.origin <> 'metric' or w.counted and c.trace_id is not null) and (c.input_tokens is not null or c.output_tokens is not null)`;
const mayBeItsOwn = mayBeOne(sql`c`, sql`w.process`, sql`w.host`);
/** One call that tells of itself, at the place of each sum. */
const callAt: Record<Place, (teamId: string) => RawBuilder<unknown>> = {
  run_id: (teamId) => sql`select c.call_id from calls c where c.team_id = ${teamId} and c.run_id is not null
    and key_of(c.team_id, c.run_id) = key_of(${teamId}, w.id) and c.run_id = w.id and ${tells} and ${mayBeItsOwn} limit 1`,
  session_id: (teamId) => sql`select c.call_id from calls c where c.team_id = ${teamId} and c.session_id is not null
    and key_of(c.team_id, c.session_id) = key_of(${teamId}, w.id) and c.session_id = w.id and ${tells} and ${mayBeItsOwn} limit 1`,
  trace_id: (teamId) => sql`select c.call_id from calls c where c.team_id = ${teamId} and c.trace_id is not null
    and key_of(c.team_id, c.trace_id) = key_of(${teamId}, w.id) and c.trace_id = w.id and ${tells} limit 1`,
  // Calls are not indexed by agent; the records they are made of are.
  agent_id: (teamId) => sql`select a.call_id from
      (select *, attributes ->> 'process' as process from llm_call) r
    cross join lateral (select c.call_id from calls c where c.team_id = ${teamId} and c.call_id = r.id
      union select c.call_id from call_alias k join calls c using (team_id, call_id)
        where k.team_id = ${teamId} and k.alias = 'r:' || r.id) a
    where r.team_id = ${teamId} and key_of(r.team_id, r.agent_id) = key_of(${teamId}, w.id) and r.agent_id = w.id
      and r.at between w.since - ${reach} and w.at + ${reach} and (r.attributes ->> 'signal' is distinct from 'metric' or w.counted and r.trace_id is not null)
      and (r.input_tokens is not null or r.output_tokens is not null) and ${mayBeOne(sql`r`, sql`w.process`, sql`w.host`)} limit 1`,
};

/** Of each who counted: the sums of families of counters that others go before, and one of those that go before. */
function byCounters(teamId: string, sums: readonly CallMember[]): RawBuilder<unknown> {
  const counters = [
    ...new Map(sums.flatMap((sum) => counterOf(sum) ?? []).map((one) => [JSON.stringify(one), one])).values(),
  ];
  const own = sql`c.team_id = ${teamId} and c.sum_of is not null
    and key_of(c.team_id, split_part(c.sum_of, ':', 1)) = key_of(${teamId}, w.source) and split_part(c.sum_of, ':', 1) = w.source`;
  const family = sql`split_part(c.sum_of, ':', 2)::int`;
  return sql`select s.call_id from jsonb_to_recordset(${JSON.stringify(counters)}::jsonb) as w (source text, family int)
    cross join lateral (
      (select c.call_id from calls c where ${own} and ${family} < w.family
        and (c.input_tokens is not null or c.output_tokens is not null) limit 1)
      union all select c.call_id from calls c where ${own} and ${family} > w.family) s`;
}

/** The sums that yield to any of `members`, and for each sum among them what it yields to. */
export async function callsBesideSums(
  trx: DbTransaction,
  teamId: string,
  members: readonly CallMember[],
  memberJson: RawBuilder<unknown>,
): Promise<FoundCall[]> {
  const sums = members.filter(isSum);
  if (sums.length === 0 && !(await hasSums(trx, teamId))) return [];
  const stood = sums.flatMap(placesOfSum);
  const calls = members
    .filter((member) => (!isSum(member) || isOfAnswer(member)) && hasUsage(member))
    .flatMap(wantedOf);
  const parts = places.flatMap((place) => {
    const at = (wanted: readonly Wanted[]): RawBuilder<unknown> =>
      sql`jsonb_to_recordset(${JSON.stringify(
        wanted.filter(({ what }) => what === place),
      )}::jsonb) as w (id text, since timestamptz, at timestamptz, process text, host text, counted boolean)`;
    return [
      sql`select s.call_id from ${at(stood)} cross join lateral (${callAt[place](teamId)}) s`,
      sql`select c.call_id from ${at(calls)} join calls c on ${sumsAt(place, teamId, tellerOf('w'))}`,
    ];
  });
  const { rows } = await sql<FoundCall>`select c.call_id, ${memberJson} as member, c.members from calls c
    where c.team_id = ${teamId} and c.call_id in (${sql.join([...parts, byCounters(teamId, sums)], sql` union `)})`.execute(
    trx,
  );
  return rows;
}
