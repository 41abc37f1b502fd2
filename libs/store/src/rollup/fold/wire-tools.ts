import { sql, type RawBuilder } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { foldedSpans, isIndexed } from '../../read/agent-spans.ts';
import { baseInsert, binOf, micros } from './base-insert.ts';
import { allowedLabels, type Scope } from './scope.ts';

/**
 * Uses of tools that the metering proxy saw on the wire, as an answer that asks and a request that brings the result. They
 * stand in where nobody else tells of tools: others may know uses that never were on the wire, or know them by other ids. Who
 * comes first makes no difference; once somebody tells, they are out for good (docs/adr/0024-tools-on-the-wire.md).
 */
export const isWire = (row: string): RawBuilder<boolean> =>
  sql<boolean>`coalesce(${sql.ref(`${row}.attributes`)} ->> 'signal' = 'wire', false)`;

/** Who tells of tools and names no run is taken to tell of what its agent does within about an hour. */
const hourMs = 3_600_000;
const hourOf = (at: RawBuilder<unknown>): RawBuilder<unknown> => sql`floor(extract(epoch from ${at}) / 3600)::bigint`;

const ofRun = (id: RawBuilder<unknown>): RawBuilder<unknown> => sql`('run ' || ${id})`;
const ofSession = (id: RawBuilder<unknown>): RawBuilder<unknown> => sql`('session ' || ${id})`;
const ofAgent = (id: RawBuilder<unknown>, hour: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`('agent ' || ${id} || ' ' || ${hour})`;

const eachOf = (texts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> =>
  sql`(select distinct place from (values ${sql.join(texts.map((text) => sql`(${text})`))}) as all_of (place)
    where place is not null) as of_row`;

/**
 * Where somebody tells of tools, one a row: `place`. The run, and the run around it, as its proxy may see the same; where no run is
 * named (then `session_id`, `agent_id` and `hour` are given), the session and the agent.
 */
const tellerPlaces = (row: string): RawBuilder<unknown> => {
  const of = (column: string): RawBuilder<unknown> => sql.ref(`${row}.${column}`);
  const hours = [-1, 0, 1].map((hour) => ofAgent(of('agent_id'), sql`(${of('hour')} + ${sql.lit(hour)})`));
  return eachOf([ofRun(of('run_id')), ofRun(of('parent_run_id')), ofSession(of('session_id')), ...hours]);
};

const wirePlaces = (row: string): RawBuilder<unknown>[] => [
  ofRun(sql.ref(`${row}.run_id`)),
  ofSession(sql.ref(`${row}.session_id`)),
  ofAgent(sql.ref(`${row}.agent_id`), hourOf(sql.ref(`${row}.at`))),
];

/** Under which it is noted that somebody tells of tools in a place, and that the wire did. */
const toldName = (place: RawBuilder<unknown>): RawBuilder<unknown> => sql`md5('told ' || ${place})::uuid`;
const wireName = (place: RawBuilder<unknown>): RawBuilder<unknown> => sql`md5('wire ' || ${place})::uuid`;

/** A note outlives the records that it decides about, which go with their day; it is renewed once in a while. */
const notedFor = sql`interval '26 hours'`;
const notedWithin = sql`interval '1 hour'`;

/** Whether somebody else tells of tools where a row of the wire is from; `but`: leaving out these places. */
export const isToldOtherwise = (teamId: string, row: string, but: readonly string[] = []): RawBuilder<boolean> => {
  const names = wirePlaces(row).map(toldName);
  const others = sql`and told_tool.name <> all(array(select ${toldName(sql`place`)} from unnest(${but}::text[]) as place))`;
  return sql<boolean>`exists (select from told_tool where told_tool.team_id = ${teamId}
    and told_tool.name in (${sql.join(names)}) ${but.length === 0 ? sql`` : others})`;
};

/** Puts the wire's records of the scope into fold_wire, each once. `note`: and where they count. */
export async function takeWireTools(trx: DbTransaction, scope: Scope, { note }: { note: boolean }): Promise<void> {
  const { teamId, rows } = scope;
  await sql`insert into fold_wire
    select distinct on (r.id) case when ${isToldOtherwise(teamId, 'r')} then 0 else 1 end, r.*
    from tool_call r where ${rows} and ${isWire('r')} and (r.id, r.batch_no) not in (select record_id, batch_no from fold_repeat)
    order by r.id`.execute(trx);
  await sql`insert into fold_repeat select id, batch_no from fold_wire where sign >= 0`.execute(trx);
  if (!note) return;
  await sql`insert into told_tool as t (team_id, name, record_id, at)
    select distinct on (place) ${teamId}, ${wireName(sql`place`)}, r.id, r.at + ${notedFor}
    from fold_wire r cross join lateral ${eachOf(wirePlaces('r'))} where sign = 1 order by place, r.at desc
    on conflict (team_id, name) do update set at = excluded.at where t.at < excluded.at - ${notedWithin}`.execute(trx);
  await sql`update told_tool t set at = n.at from (
      select ${toldName(sql`place`)} as name, max(r.at) + ${notedFor} as at
      from fold_wire r cross join lateral ${eachOf(wirePlaces('r'))} where sign = 0 group by 1) n
    where t.team_id = ${teamId} and t.name = n.name and t.at < n.at - ${notedWithin}`.execute(trx);
}

/** Which agents have folded rows of a place, and when; and which of them are its own. */
function rowsIn(teamId: string, place: string): { spans: RawBuilder<unknown>; own: RawBuilder<unknown> } {
  const [what = '', id = '', hour = ''] = /^(\w+) (.*?)(?: (-?\d+))?$/s.exec(place)?.slice(1) ?? [];
  if (what === 'agent') {
    const from = new Date(Number(hour) * hourMs);
    const spans = sql`select ${id}::text as agent_id, ${from}::timestamptz as first_at,
      ${new Date(from.getTime() + hourMs)}::timestamptz as last_at`;
    return { spans, own: sql`${hourOf(sql`r.at`)} = ${hour}::bigint` };
  }
  const value = place.slice(what.length + 1);
  const column = what === 'run' ? 'run_id' : 'session_id';
  const ids = (alias: string): RawBuilder<unknown>[] => [sql`${sql.ref(`${alias}.${column}`)} = ${value}`];
  const spans = sql`select agent_id, min(first_at) as first_at, max(last_at) as last_at
    from (${foldedSpans({ teamId, ids })}) as unit group by agent_id`;
  return { spans, own: sql.join(ids('r')) };
}

/** Puts what the wire told and was counted in these places, where somebody tells since now, into fold_wire to be taken back. */
async function takeBack(trx: DbTransaction, scope: Scope, fresh: readonly string[]): Promise<void> {
  const { teamId } = scope;
  const { rows } = await sql<{ place: string }>`select place from unnest(${fresh}::text[]) as place
    where exists (select from told_tool t where t.team_id = ${teamId} and t.name = ${wireName(sql`place`)})`.execute(
    trx,
  );
  for (const { place } of rows) {
    const { spans, own } = rowsIn(teamId, place);
    await sql`insert into fold_wire
      select distinct on (r.id) -1, r.*
      from (${spans}) as span
      cross join lateral (select * from tool_call r
        where r.team_id = ${teamId} and ${isIndexed('r.agent_id', teamId, sql`span.agent_id`)}
          and r.at between span.first_at and span.last_at and ${own} and ${isWire('r')}) as r
      where not ${isToldOtherwise(teamId, 'r', fresh)} and not exists (select from fold_wire f where f.id = r.id)
        and not exists (select from batch_ledger l
          where l.team_id = ${teamId} and l.batch_no = r.batch_no and l.folded_at is null)
      order by r.id`.execute(trx);
  }
}

type Noted = { wires: number; fresh: string[] };

/**
 * Notes in which places somebody tells of tools, and takes back what the wire told there until now; then takes what the wire
 * tells in the scope. After those that tell again are in fold_repeat.
 */
export async function noteWireTools(trx: DbTransaction, scope: Scope): Promise<void> {
  const { rows } = await sql<Noted>`with used as materialized (
      select ${isWire('r')} as wire, r.id, r.at, r.run_id, r.parent_run_id, r.session_id, r.agent_id
      from tool_call r where ${scope.rows}),
    tellers as (
      select place, min(p.id::text)::uuid as id, max(p.at) as at from (
        select run_id, parent_run_id, case when run_id is null then session_id end as session_id,
          case when run_id is null then agent_id end as agent_id, case when run_id is null then ${hourOf(sql`at`)} end as hour,
          min(id::text) as id, max(at) as at
        from used where not wire group by 1, 2, 3, 4, 5) p
      cross join lateral ${tellerPlaces('p')} group by place),
    noted as (
      insert into told_tool as t (team_id, name, record_id, at)
      select ${scope.teamId}, ${toldName(sql`place`)}, id, at + ${notedFor} from tellers
      on conflict (team_id, name) do update set at = excluded.at where t.at < excluded.at - ${notedWithin}
      returning name, xmax = 0 as fresh)
    select (select count(*)::int from used where wire) as wires,
      array(select place from tellers join noted on noted.name = ${toldName(sql`place`)} and fresh) as fresh`.execute(
    trx,
  );
  const { wires = 0, fresh = [] } = rows[0] ?? {};
  if (fresh.length > 0) await takeBack(trx, scope, fresh);
  if (wires > 0) await takeWireTools(trx, scope, { note: true });
}

const dims = sql`r.agent_id, r.session_id, r.task_id, r.run_id, r.crew_id, r.user_id, r.project, r.host`;
const columns = sql`agent_id, session_id, task_id, run_id, crew_id, user_id, project, host, labels, tool`;
const placeDims = sql`agent_id, crew_id, user_id, project, host, labels, tool`;
const minute = sql`date_bin('1 minute', r.at, timestamptz 'epoch')`;

/** fold_wire → fold_base and fold_bin. What was counted before shows for good that the agent worked. */
export async function addWireTools(trx: DbTransaction, scope: Scope): Promise<void> {
  const here = { ...scope, rows: sql<boolean>`r.sign >= 0` };
  await baseInsert(here, 'fold_wire', { sign: 'active' }).execute(trx);
  const labels = allowedLabels(scope);
  const each = (what: RawBuilder<unknown>): RawBuilder<unknown> => sql`sum(r.sign * ${what})`;
  await sql`insert into fold_base (minute, ${columns}, tool_calls, tool_errors, tool_timed, tool_us, tool_input_bytes, tool_output_bytes)
    select ${minute}, ${dims}, ${labels}, r.tool_name, sum(r.sign), sum(r.sign) filter (where not r.success),
      sum(r.sign) filter (where r.duration_ms is not null), ${each(micros(sql`r.duration_ms`))},
      ${each(sql`r.input_size_bytes`)}, ${each(sql`r.output_size_bytes`)}
    from fold_wire r where r.sign <> 0 group by ${sql.join(Array.from({ length: 11 }, (_none, at) => sql.lit(at + 1)))}`.execute(
    trx,
  );
  await sql`insert into fold_bin (minute, ${placeDims}, measure, bins, counts)
    select minute, ${placeDims}, 'tool_ms', array_agg(bin), array_agg(n)
    from (select ${minute} as minute, r.agent_id, r.crew_id, r.user_id, r.project, r.host, ${labels} as labels,
        r.tool_name as tool, ${binOf(sql`r.duration_ms`)} as bin, sum(r.sign) as n
      from fold_wire r where r.duration_ms is not null and r.sign <> 0
      group by 1, 2, 3, 4, 5, 6, 7, 8, 9 having sum(r.sign) <> 0) single
    group by minute, ${placeDims}`.execute(trx);
}
