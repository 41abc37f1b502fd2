import { drawnIds } from '@telltale/contracts/records/drawn-id';
import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { allowedLabels, type Scope } from '../fold/scope.ts';
import { memberColumns } from './call.ts';

const columns = sql.join(memberColumns.map((name) => sql.ref(name)));

/**
 * Only what was a span itself, or stands for one (`as_span`): a log record names the span that it was written in. The proxies
 * of a run within a run are such.
 */
const spanId = (
  id: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`case when r.origin in ('otlp', 'proxy') and r.span_id is not null
  and (r.attributes ->> 'signal' = 'span' or r.attributes ->> 'as_span' is not null) then r.trace_id || ':' || ${id} end`;

const isSum = sql`(r.origin = 'otlp' and r.attributes ->> 'signal' = 'metric')`;

function valueOf(name: (typeof memberColumns)[number], scope: Scope): RawBuilder<unknown> {
  switch (name) {
    case 'record_id':
      return sql`r.id`;
    case 'labels':
      return allowedLabels(scope);
    case 'origin':
      return sql`case when ${isSum} then 'metric' when r.origin <> 'otlp' then r.origin
        when r.attributes ->> 'native' = 'true' then 'native'
        when r.attributes ->> 'http' = 'true' then 'http' when r.attributes ->> 'of_client' = 'true' then 'client' else r.origin end`;
    case 'span':
      return spanId(sql`coalesce(r.attributes ->> 'as_span', r.span_id)`);
    case 'parent_span':
      // Past spans between that only pass a call on, where the door saw them.
      return spanId(sql`coalesce(r.attributes ->> 'within_span', r.parent_span_id)`);
    case 'process':
      return sql`case when r.origin = 'otlp' then left(coalesce(r.attributes ->> 'process',
        case when r.attributes ->> 'signal' = 'span' then 's' || (r.attributes ->> 'service') end), 200) end`;
    case 'passed_on':
      return sql`case when r.attributes ->> 'passed_on' ~ '^[0-9a-f]{16}( [0-9a-f]{16}){0,7}$'
        then ${spanId(sql`replace(r.attributes ->> 'passed_on', ' ', ' ' || r.trace_id || ':')`)} end`;
    case 'sum_of':
      return sql`case when ${isSum} and r.attributes ->> 'sum_of' ~ '^[^:]{1,64}:[0-9]{1,3}:.{1,64}$' then r.attributes ->> 'sum_of' end`;
    case 'requests':
      return sql`case when ${isSum} and r.attributes ->> 'requests' ~ '^[1-9][0-9]{0,8}$'
        then (r.attributes ->> 'requests')::bigint end`;
    default:
      return sql.ref(`r.${name}`);
  }
}
const values = (scope: Scope) => sql.join(memberColumns.map((name) => valueOf(name, scope)));

const place = sql`coalesce('run ' || run_id || ':', 'session ' || session_id || ':', '')`;

const messageName = sql`case when f.message_id !~ ${sql.lit(drawnIds)} then 'm:' || ${place} || f.message_id end`;

const copyName = sql`case when f.origin = 'transcript' and f.run_id is null
  then 't:' || floor(extract(epoch from f.at) * 1000)::bigint || ' ' || f.message_id end`;

const passes = (row: RawBuilder<unknown>): RawBuilder<unknown> => sql`string_to_array(${row}.passed_on, ' ')`;

/** The ids under which a record of fold_llm may be known besides its own: `namesOf` of call.ts in SQL. */
const aliases = sql`select f.record_id, f.call_id,
    unnest(array_remove(array['q:' || ${place} || f.request_id, ${messageName}, 's:' || f.span,
      'k:' || f.sum_of, ${copyName}], null)) as alias
  from fold_llm f`;

/** Traces of fold_llm of which there are calls already: of the others nobody need look for the spans around and within. */
const knownTraces = (teamId: string): RawBuilder<unknown> => sql`
  select t.trace_id from (select distinct trace_id from fold_llm where trace_id is not null) t
  where exists (select from calls c where c.team_id = ${teamId} and c.trace_id = t.trace_id and c.trace_id is not null
      and key_of(c.team_id, c.trace_id) = key_of(${teamId}, t.trace_id))
    or exists (select from call_alias a where a.team_id = ${teamId} and a.alias = 'u:' || t.trace_id)`;

/**
 * Reads the llm calls of the scope into fold_llm and finds those that share an id with another record or call. Each id
 * is looked up by itself: a join would read all calls there ever were.
 */
export async function loadCalls(trx: DbTransaction, scope: Scope): Promise<{ loaded: number; joined: number }> {
  const { teamId } = scope;
  const loaded = await sql`insert into fold_llm (team_id, call_id, ${columns})
    select r.team_id, r.id, ${values(scope)} from llm_call r where ${scope.rows}`.execute(trx);
  const names = sql`array_remove(array['q:' || ${place} || f.request_id, ${messageName}, 'k:' || f.sum_of,
    ${copyName}, 'r:' || f.record_id], null)
    || case when f.trace_id in (select trace_id from traces) then array_remove(array['s:' || f.span,
      's:' || f.parent_span, 'p:' || f.parent_span, 'c:' || f.span, 'f:' || f.span], null) else '{}' end
    || case when f.passed_on is not null and f.trace_id in (select trace_id from traces)
      then (select array_agg('c:' || n) || array_agg('f:' || n) from unnest(${passes(sql`f`)}) n) else '{}' end`;
  // A page or two a name, where a bitmap would be made of each.
  await sql`set local enable_bitmapscan = off`.execute(trx);
  const joined = await sql`insert into fold_joined
    with names as materialized (${aliases}), traces as materialized (${knownTraces(teamId)})
    select record_id from names where alias in (select alias from names group by alias having count(*) > 1)
    union
    select record_id from fold_llm group by record_id having count(*) > 1
    union
    select f.record_id from fold_llm f where f.span in (select o.parent_span from fold_llm o where o.parent_span is not null)
    union
    select f.record_id from fold_llm f where f.parent_span in (select o.span from fold_llm o where o.span is not null)
    union
    select f.record_id from fold_llm f cross join lateral unnest(${passes(sql`f`)}) n
    where f.passed_on is not null and n in (select o.parent_span from fold_llm o where o.parent_span is not null)
    union
    select f.record_id from fold_llm f where f.parent_span in (
      select unnest(${passes(sql`o`)}) from fold_llm o where o.passed_on is not null)
    union
    select f.record_id from fold_llm f
    where (select true from call_alias a where a.team_id = ${teamId} and a.alias = any(${names}) limit 1)
      or (select true from calls c where c.team_id = ${teamId} and c.call_id = f.record_id)`.execute(trx);
  await sql`set local enable_bitmapscan = on`.execute(trx);
  return { loaded: Number(loaded.numAffectedRows ?? 0), joined: Number(joined.numAffectedRows ?? 0) };
}

/** Whether a row of fold_llm shares nothing with another record. */
export const isLone = (row: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`not exists (select from fold_joined j where j.record_id = ${row}.record_id)`;

/** Calls that nobody else saw: their record is the call, and counts as it is (`addDeltas`). */
export async function insertLoneCalls(trx: DbTransaction, teamId: string): Promise<void> {
  const lone = isLone(sql`f`);
  await sql`insert into calls (team_id, call_id, ${columns})
    select team_id, call_id, ${columns} from fold_llm f where ${lone} order by call_id`.execute(trx);
  await sql`insert into call_alias (team_id, alias, call_id)
    select ${teamId}, n.alias, n.call_id from (${aliases} where ${lone}) n order by n.alias`.execute(trx);
  // Any of the calls within a span will do to find that there is one.
  await sql`insert into call_alias (team_id, alias, call_id)
    select distinct on (f.parent_span, f.status = 'ok') ${teamId},
      case when f.status = 'ok' then 'c:' else 'f:' end || f.parent_span, f.call_id from fold_llm f
    where f.parent_span is not null and ${lone} order by f.parent_span, f.status = 'ok', f.record_id
    on conflict (team_id, alias) do nothing`.execute(trx);
  await sql`insert into call_alias (team_id, alias, call_id)
    select ${teamId}, 'p:' || n, f.call_id from fold_llm f cross join lateral unnest(${passes(sql`f`)}) n
    where f.passed_on is not null and ${lone} order by 2 on conflict (team_id, alias) do nothing`.execute(trx);
}
