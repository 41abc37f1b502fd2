import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { layers, originOrder, type CallMember } from './call.ts';
import { failedLikeness, likenessOf, reachMs } from './match-alike.ts';

const reach = sql`interval '1 millisecond' * ${sql.lit(reachMs)}`;
/** `likenessOf` in SQL. */
const output = (alias: string): RawBuilder<unknown> => {
  const [whole, part] = [sql.ref(`${alias}.output_tokens`), sql.ref(`${alias}.reasoning_tokens`)];
  const failed = sql`${sql.ref(`${alias}.status`)} <> 'ok' and ${sql.ref(`${alias}.input_tokens`)} is null`;
  return sql`(case when ${whole} is null then case when ${failed} then ${sql.lit(failedLikeness)} end
    when ${whole} >= coalesce(${part}, 0) then ${whole} else ${whole} + ${part} end)`;
};

/**
 * Where calls of several origins are looked for: their run, session or trace, an agent of failures that name no run,
 * and (`alone`) of what a provider's SDK and instrumentations around it tell where not two name a session.
 */
const places = ['run_id', 'session_id', 'trace_id', 'agent_id', 'alone'] as const;
type Place = (typeof places)[number];
const columnOf = (place: Place): string => (place === 'alone' ? 'agent_id' : place);
const ofPlace = (place: Place, alias: string): RawBuilder<unknown> => {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${alias}.${name}`);
  if (place === 'run_id' || place === 'session_id') return sql`${column(place)} is not null`;
  // The SDK's own word ends, and comes, before that of a framework around it, which alone may know of a session.
  if (place === 'alone')
    return alias === 'c'
      ? sql`${column('run_id')} is null and ${column('session_id')} is null`
      : sql`${column('run_id')} is null and ${column('origin')} = any(${sql.val([...layers])}::text[])`;
  if (place === 'trace_id') return sql`${column('trace_id')} is not null`;
  return sql`${column('run_id')} is null and ${column('output_tokens')} is null and ${column('input_tokens')} is null
    and ${column('status')} <> 'ok'`;
};

/**
 * Calls of a place as an index of its own finds them; `id` is of another row. Its key holds the team: told plainly, the team
 * would have PostgreSQL read all that the team did at that time where it knows no better.
 */
const callsOf = (place: Place, teamId: string, id: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  (c.team_id = ${teamId}) is true and ${ofPlace(place, 'c')}
    and key_of(c.team_id, c.${sql.ref(columnOf(place))}) = key_of(${teamId}, ${id}) and c.${sql.ref(columnOf(place))} = ${id}`;

/** Who told of a call, as the indexes of runs and sessions know it: '' of one that several records tell of. */
const toldBy = sql`(case when c.members is null then c.origin else '' end)`;
const tellers = sql`array[${sql.join(['', ...originOrder].map((origin) => sql.lit(origin)))}]`;

/** Calls that others told of than `origin` (in a trace, or than `agent`): by the index of the place, whatever else is in it. */
function told(place: Place, origin: RawBuilder<unknown>, agent: RawBuilder<unknown>): RawBuilder<unknown> {
  if (place === 'run_id' || place === 'session_id') return sql`${toldBy} = any(array_remove(${tellers}, ${origin}))`;
  if (place === 'alone') {
    const some = sql`${sql.val([...layers, ''])}::text[]`;
    return sql`${toldBy} = any(case when ${origin} = any(${some}) then array_remove(${some}, ${origin}) end)`;
  }
  const orAgent = place === 'trace_id' ? sql`or c.agent_id <> ${agent}` : sql``;
  return sql`(c.members is not null or c.origin <> ${origin} ${orAgent})`;
}

/**
 * Adds to fold_joined the records of fold_llm that another origin may have seen too: it told of a call with as many tokens
 * in the same run, session or trace at about this time. Where one origin tells everything, this costs a look at each place.
 */
export async function markAlike(trx: DbTransaction, teamId: string): Promise<number> {
  const within = (since: RawBuilder<unknown>, until: RawBuilder<unknown>) =>
    sql`c.at between ${since} - ${reach} and ${until} + ${reach}`;
  const several = (place: Place) => {
    const [id, theirs] = [sql`f.${sql.ref(columnOf(place))}`, sql`o.${sql.ref(columnOf(place))}`];
    // A client and a gateway behind it tell of one trace in one way.
    const oneAlone = place === 'alone' ? sql`and (o.session_id is null or f.session_id is null)` : sql``;
    const orAgents = (differ: RawBuilder<unknown>) => (place === 'trace_id' ? sql`or ${differ}` : sql``);
    // `is true`: looked up by hash or by index for each, whatever the planner thinks of work tables that nobody counted.
    return sql`
      with p as materialized (
        select ${id} as id, min(f.at) as since, max(f.at) as until, min(f.origin) as origin, max(f.origin) as last,
          min(f.agent_id) as agent, max(f.agent_id) as last_agent
        from fold_llm f where ${ofPlace(place, 'f')} group by 1),
      shared as materialized (
        select p.id from p where p.origin <> p.last ${orAgents(sql`p.agent <> p.last_agent`)}
          or exists (select from calls c
            where ${callsOf(place, teamId, sql`p.id`)} and ${within(sql`p.since`, sql`p.until`)} and ${told(place, sql`p.origin`, sql`p.agent`)})),
      told as materialized (
        select f.record_id, ${id} as id, f.at, f.origin, f.agent_id, f.session_id, ${output('f')} as tokens from fold_llm f
        where ${output('f')} is not null and ${ofPlace(place, 'f')} and (${id} in (select id from shared)) is true)
      select f.record_id from told f join fold_llm o
        on ${theirs} = f.id and ${ofPlace(place, 'o')} and ${output('o')} = f.tokens and (o.origin <> f.origin ${orAgents(sql`o.agent_id <> f.agent_id`)})
          ${oneAlone} and o.at between f.at - ${reach} and f.at + ${reach}
      union
      select f.record_id from told f where (exists (select from calls c
        where ${callsOf(place, teamId, sql`f.id`)} and ${within(sql`f.at`, sql`f.at`)} and ${told(place, sql`f.origin`, sql`f.agent_id`)}
          and ${output('c')} = f.tokens)) is true`;
  };
  const all = sql.join(
    places.map((place) => sql`(${several(place)})`),
    sql` union `,
  );
  // What is left to join are work tables, each with all of the fold.
  await sql`set local enable_nestloop = off`.execute(trx);
  const marked = await sql`insert into fold_joined ${all}`.execute(trx);
  await sql`set local enable_nestloop = on`.execute(trx);
  return Number(marked.numAffectedRows ?? 0);
}

export type FoundCall = { call_id: string; member: CallMember; members: CallMember[] | null };

/** The calls within reach that others told of, and that have the place and the output of any of `members`. */
export async function callsAlike(
  trx: DbTransaction,
  teamId: string,
  members: readonly CallMember[],
  memberJson: RawBuilder<unknown>,
): Promise<FoundCall[]> {
  const wanted = members.flatMap((member) => {
    const { run_id, session_id, at, origin, agent_id: agent } = member;
    const tokens = likenessOf(member);
    const trace_id = member.trace_id ?? null;
    const agent_id = run_id === null && tokens === failedLikeness ? member.agent_id : null;
    const isAlone = run_id === null && tokens !== failedLikeness;
    const alone = isAlone && layers.includes(member.origin) ? member.agent_id : null;
    const isNowhere = (run_id ?? session_id ?? trace_id ?? agent_id ?? alone) === null;
    return tokens === null || isNowhere
      ? []
      : [{ run_id, session_id, trace_id, agent_id, alone, at, tokens, origin, agent }];
  });
  if (wanted.length === 0) return [];
  const within = sql`c.at between w.at - ${reach} and w.at + ${reach}`;
  /** Failures without tokens are all alike; they have indexes of their own, as a session may hold many other calls. */
  const near = (those: typeof wanted, alike: RawBuilder<unknown>) => sql`
    select c.call_id from jsonb_to_recordset(${JSON.stringify(those)}::jsonb)
      as w (run_id text, session_id text, trace_id text, agent_id text, alone text, at timestamptz, tokens bigint,
        origin text, agent text)
    cross join lateral (${sql.join(
      places.map(
        (place) =>
          sql`select c.call_id from calls c where ${callsOf(place, teamId, sql`w.${sql.ref(place)}`)} and ${told(place, sql`w.origin`, sql`w.agent`)} and ${within} and ${alike}`,
      ),
      sql` union all `,
    )}) c`;
  const { rows } = await sql<FoundCall>`
    with near as (
      ${near(
        wanted.filter(({ tokens }) => tokens !== failedLikeness),
        sql`${output('c')} = w.tokens`,
      )}
      union
      ${near(
        wanted.filter(({ tokens }) => tokens === failedLikeness),
        sql`c.output_tokens is null and c.input_tokens is null and c.status <> 'ok'`,
      )})
    select c.call_id, ${memberJson} as member, c.members from calls c join near using (call_id) where c.team_id = ${teamId}`.execute(
    trx,
  );
  return rows;
}
