import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import {
  aliasesOf,
  memberColumns,
  namesOf,
  relativesOf,
  type Call,
  type CallMember,
  type CombinedCall,
} from './call.ts';
import { combineMembers, isSum } from './combine-members.ts';
import { keptOfSum } from './combine-sums.ts';
import { groupByShared } from './group-records.ts';
import { callsAlike, type FoundCall } from './load-alike.ts';
import { callsBesideSums } from './load-sums.ts';
import { matchAlike } from './match-alike.ts';
import { nestNames } from './nest-names.ts';
import { yieldSums } from './yield-sums.ts';

/** Calls beyond the records themselves that are looked at for matches in one fold. */
const mostAlike = 2_000;

/** A record to be joined, or a call that exists already. */
type Node = { members: CallMember[]; existing: string | null };

/** A row of `calls` as JSON, so that times and money arrive as the text that is kept. */
export const memberJson = sql`jsonb_build_object(${sql.join(
  memberColumns.flatMap((name) => {
    const text = name === 'cost_usd' || name === 'reported_cost_usd';
    const time = sql`to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
    return [sql.lit(name), name === 'at' ? time : text ? sql`${sql.ref(name)}::text` : sql.ref(name)];
  }),
)})`;

/** In the order in which they were stored. */
async function recordsToJoin(trx: DbTransaction): Promise<Node[]> {
  const { rows } = await sql<{ member: CallMember }>`select ${memberJson} as member from fold_llm
    where record_id in (select record_id from fold_joined) order by fold_llm.ctid`.execute(trx);
  return rows.map(({ member }) => ({ members: [member], existing: null }));
}

const toNode = ({ call_id, member, members }: FoundCall): Node => ({ members: members ?? [member], existing: call_id });

/** The calls that any of `names` belongs to. */
async function callsNamed(trx: DbTransaction, teamId: string, names: string[]): Promise<Node[]> {
  const ids = names.filter((name) => name.startsWith('r:')).map((name) => name.slice(2));
  const { rows } = await sql<FoundCall>`
    select c.call_id, ${memberJson} as member, c.members from calls c
    where c.team_id = ${teamId} and c.call_id in (
      select call_id from call_alias where team_id = ${teamId} and alias = any(${names}::text[])
      union select unnest(${ids}::uuid[]))`.execute(trx);
  return rows.map(toNode);
}

/**
 * Adds the calls that may be matched with the nodes, those that may be matched with these, and so on: who is matched with
 * whom depends on all of them. A chain that goes on for longer than `mostAlike` calls (one model that says the same
 * number of tokens again and again, seen by origins that share no ids) is cut there.
 */
async function withAlike(trx: DbTransaction, teamId: string, nodes: readonly Node[]): Promise<Node[]> {
  const all = [...nodes];
  const known = new Set(nodes.map(({ existing }) => existing));
  for (let added: readonly Node[] = nodes; added.length > 0 && all.length < nodes.length + mostAlike;) {
    const found = await callsAlike(
      trx,
      teamId,
      added.flatMap(({ members }) => members),
      memberJson,
    );
    added = found.filter(({ call_id }) => !known.has(call_id)).map(toNode);
    for (const { existing } of added) known.add(existing);
    all.push(...added);
  }
  return all;
}

/** Adds the sums that stand in where the nodes are, and for those among the nodes what they may yield to. */
async function withSums(trx: DbTransaction, teamId: string, nodes: readonly Node[]): Promise<Node[]> {
  const known = new Set(nodes.map(({ existing }) => existing));
  const found = await callsBesideSums(
    trx,
    teamId,
    nodes.flatMap(({ members }) => members),
    memberJson,
  );
  return [...nodes, ...found.filter(({ call_id }) => !known.has(call_id)).map(toNode)];
}

/** The row of a call is found by the trace of the record that counts; the others are in traces of their own now and then. */
const otherTraces = ({ trace_id = null, members }: CombinedCall): string[] =>
  (members ?? []).flatMap((member) =>
    typeof member.trace_id === 'string' && member.trace_id !== trace_id ? [`u:${member.trace_id}`] : [],
  );

/** `told`: records of sums that count for nothing, as another record tells of what they do. */
type Changes = { oldIds: string[]; calls: { names: string[]; call: Call }[]; told: string[] };

/** What the calls are now, less those that are as they were. */
function combine(nodes: readonly Node[]): Changes {
  // Records are facts: of two under one id the first stays, that of an earlier fold before all.
  const told = nodes.toSorted((a, b) => Number(a.existing === null) - Number(b.existing === null));
  const first = new Map<string, CallMember>();
  for (const member of told.flatMap(({ members }) => members))
    if (!first.has(member.record_id)) first.set(member.record_id, member);
  const records = [...first.values()];
  const nested = nestNames(records);
  const names = records.map((record) => [...namesOf(record), ...(nested.get(record) ?? [])]);
  const cliques = groupByShared(names).map((group) => group.flatMap((index) => records[index] ?? []));
  const before = new Map(
    nodes.flatMap((node) => (node.existing === null ? [] : [[node.existing, node.members] as const])),
  );
  const sums = cliques.filter((members) => members.every(isSum));
  const matched = matchAlike(cliques.filter((members) => !sums.includes(members)));
  const groups = yieldSums([...matched, ...sums.map((members) => [keptOfSum(members)])]);
  const counted = new Set(groups.flat(2));
  const made = groups.map((parts) => {
    const members = parts.flat();
    const call = { ...combineMembers(members), matched: parts.length > 1 || null };
    // One record alone is found by the id of its call.
    const aliases =
      call.members === null
        ? aliasesOf(call).slice(1)
        : [...new Set([...members.flatMap(aliasesOf), ...otherTraces(call)])];
    return { names: aliases, call };
  });
  const idsOf = (members: readonly CallMember[]): string =>
    members
      .map(({ record_id }) => record_id)
      .sort()
      .join();
  const isSame = ({ call }: { call: Call }): boolean => {
    const was = before.get(call.call_id);
    return was !== undefined && idsOf(was) === idsOf(call.members ?? [call]);
  };
  const same = new Set(made.filter(isSame).map(({ call }) => call.call_id));
  return {
    oldIds: [...before.keys()].filter((id) => !same.has(id)),
    calls: made.filter(({ call }) => !same.has(call.call_id)),
    told: records.filter((record) => !counted.has(record)).map(({ record_id }) => record_id),
  };
}

/** What was counted is taken back, what is known now is counted instead. */
async function writeChanges(trx: DbTransaction, teamId: string, { oldIds, calls: made, told }: Changes): Promise<void> {
  const columns = sql.join(memberColumns.map((name) => sql.ref(name)));
  const calls = JSON.stringify(made.map(({ call }) => call));
  const alone = made.filter(({ call }) => call.members === null).map(({ call }) => `r:${call.record_id}`);
  const named = JSON.stringify(made.flatMap(({ names, call }) => names.map((alias) => ({ alias, now: call.call_id }))));
  await sql`insert into fold_delta select -1, * from calls where team_id = ${teamId} and call_id = any(${oldIds}::uuid[])`.execute(
    trx,
  );
  await sql`delete from calls where team_id = ${teamId} and call_id = any(${oldIds}::uuid[])`.execute(trx);
  await sql`delete from call_alias where team_id = ${teamId} and alias = any(${alone}::text[])`.execute(trx);
  await sql`with made as (
      insert into calls (team_id, call_id, ${columns}, members, matched)
      select ${teamId}, call_id, ${columns}, nullif(members, 'null'::jsonb), matched from jsonb_populate_recordset(null::calls, ${calls}::jsonb)
      returning *)
    insert into fold_delta select 1, * from made`.execute(trx);
  // Several calls may stand within one span.
  await sql`insert into call_alias (team_id, alias, call_id)
    select distinct on (m.alias) ${teamId}, m.alias, m.now from jsonb_to_recordset(${named}::jsonb) as m (alias text, now uuid)
    order by m.alias, m.now
    on conflict (team_id, alias) do update set call_id = excluded.call_id`.execute(trx);
  // They are known by their own id, under which there is no call.
  if (told.length > 0)
    await sql`insert into call_alias (team_id, alias, call_id)
      select ${teamId}, 'r:' || id, id from unnest(${told}::uuid[]) as t (id) order by 2
      on conflict (team_id, alias) do update set call_id = excluded.call_id`.execute(trx);
}

/** Joins the records of fold_joined with each other and with the calls they belong to, and matches those without a common id. */
export async function joinCalls(trx: DbTransaction, teamId: string): Promise<void> {
  const records = await recordsToJoin(trx);
  const names = [...new Set(records.flatMap(({ members }) => members.flatMap(relativesOf)))];
  const known = [...records, ...(await callsNamed(trx, teamId, names))];
  const nodes = await withAlike(trx, teamId, await withSums(trx, teamId, known));
  await writeChanges(trx, teamId, combine(nodes));
}
