import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import { memberColumns, namesOf, type Call, type CallMember } from './call.ts';
import { combineMembers } from './combine-members.ts';
import { groupByShared } from './group-records.ts';

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

async function recordsToJoin(trx: DbTransaction): Promise<Node[]> {
  const { rows } = await sql<{ member: CallMember }>`select ${memberJson} as member from fold_llm
    where record_id in (select record_id from fold_joined)`.execute(trx);
  return rows.map(({ member }) => ({ members: [member], existing: null }));
}

/** The calls that any of `names` belongs to. */
async function callsNamed(trx: DbTransaction, teamId: string, names: string[]): Promise<Node[]> {
  const ids = names.filter((name) => name.startsWith('r:')).map((name) => name.slice(2));
  const { rows } = await sql<{ call_id: string; member: CallMember; members: CallMember[] | null }>`
    select c.call_id, ${memberJson} as member, c.members from calls c
    where c.team_id = ${teamId} and c.call_id in (
      select call_id from call_alias where team_id = ${teamId} and alias = any(${names}::text[])
      union select unnest(${ids}::uuid[]))`.execute(trx);
  return rows.map(({ call_id, member, members }) => ({ members: members ?? [member], existing: call_id }));
}

type Change = { oldIds: string[]; names: string[]; call: Call };

function combine(nodes: readonly Node[]): Change[] {
  return groupByShared(nodes.map(({ members }) => members.flatMap(namesOf))).map((group) => {
    const parts = group.map((index) => nodes[index]).filter((node) => node !== undefined);
    const members = parts.flatMap((part) => part.members);
    return {
      oldIds: parts.map(({ existing }) => existing).filter((id) => id !== null),
      names: [...new Set(members.flatMap(namesOf))],
      call: combineMembers(members),
    };
  });
}

/** What was counted is taken back, what is known now is counted instead. */
async function writeChanges(trx: DbTransaction, teamId: string, changes: readonly Change[]): Promise<void> {
  const columns = sql.join(memberColumns.map((name) => sql.ref(name)));
  const oldIds = changes.flatMap((change) => change.oldIds);
  const calls = JSON.stringify(changes.map(({ call }) => call));
  const named = JSON.stringify(
    changes.flatMap(({ names, call }) => names.map((alias) => ({ alias, now: call.call_id }))),
  );
  await sql`insert into fold_delta select -1, * from calls where team_id = ${teamId} and call_id = any(${oldIds}::uuid[])`.execute(
    trx,
  );
  await sql`delete from calls where team_id = ${teamId} and call_id = any(${oldIds}::uuid[])`.execute(trx);
  await sql`with made as (
      insert into calls (team_id, call_id, ${columns}, members)
      select ${teamId}, call_id, ${columns}, nullif(members, 'null'::jsonb) from jsonb_populate_recordset(null::calls, ${calls}::jsonb)
      returning *)
    insert into fold_delta select 1, * from made`.execute(trx);
  await sql`insert into call_alias (team_id, alias, call_id)
    select ${teamId}, m.alias, m.now from jsonb_to_recordset(${named}::jsonb) as m (alias text, now uuid) order by m.alias
    on conflict (team_id, alias) do update set call_id = excluded.call_id`.execute(trx);
}

/** Joins the records of fold_joined with each other and with the calls they belong to. */
export async function joinCalls(trx: DbTransaction, teamId: string): Promise<void> {
  const records = await recordsToJoin(trx);
  const names = [...new Set(records.flatMap(({ members }) => members.flatMap(namesOf)))];
  const existing = await callsNamed(trx, teamId, names);
  await writeChanges(trx, teamId, combine([...records, ...existing]));
}
