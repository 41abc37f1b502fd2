import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { CallCost } from '../../ingest/record-rows.ts';
import type { CallMember } from '../calls/call.ts';
import { combineMembers } from '../calls/combine-members.ts';
import { memberJson } from '../calls/join-calls.ts';

export type StoredCall = { call_id: string; at: string; member: CallMember; members: CallMember[] | null };
export type RepricedCall = CallCost & { call_id: string; at: string; members: CallMember[] | null };

/** The next calls in the order of (at, call_id). A model is the one billed or the one asked for. */
export async function readCalls(
  trx: DbTransaction,
  teamId: string,
  wish: {
    from_at: Date | null;
    to_at: Date | null;
    model: string | null;
    cursor_at: string | null;
    cursor_id: string | null;
  },
  limit: number,
): Promise<StoredCall[]> {
  const conditions = [
    sql`team_id = ${teamId}`,
    ...(wish.from_at === null ? [] : [sql`at >= ${wish.from_at}`]),
    ...(wish.to_at === null ? [] : [sql`at < ${wish.to_at}`]),
    ...(wish.model === null ? [] : [sql`${wish.model} in (model, response_model)`]),
    ...(wish.cursor_at === null
      ? []
      : [
          sql`at >= ${wish.cursor_at}::timestamptz`,
          sql`(at, call_id) > (${wish.cursor_at}::timestamptz, ${wish.cursor_id}::uuid)`,
        ]),
  ];
  const { rows } = await sql<StoredCall>`
    select call_id, at::text as at, ${memberJson} as member, members from calls
    where ${sql.join(conditions, sql` and `)} order by calls.at, call_id limit ${limit}`.execute(trx);
  return rows;
}

/** What a price depends on and the raw record alone keeps: why a call failed, what was used beside tokens. */
export type RawWords = {
  error_type: string | null;
  error_message: string | null;
  streamed: boolean | null;
  attributes: Record<string, unknown> | null;
};
export type PriceMember = (record: CallMember, raw?: RawWords) => CallCost;

const membersOf = ({ member, members }: StoredCall): CallMember[] => members ?? [member];

/** What the raw records of calls say, by the id of the record; those that are gone are not among them. */
export async function readRawWords(
  trx: DbTransaction,
  teamId: string,
  calls: readonly StoredCall[],
): Promise<Map<string, RawWords>> {
  const asked = calls.flatMap(membersOf).map(({ record_id, at, agent_id }) => ({ record_id, at, agent_id }));
  const { rows } = await sql<RawWords & { record_id: string }>`
    select f.record_id, r.error_type, r.error_message, r.streamed, r.attributes
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as f (record_id uuid, at timestamptz, agent_id text)
    cross join lateral (select error_type, error_message, streamed, attributes from llm_call
      where key_of(team_id, agent_id) = key_of(${teamId}, f.agent_id) and at = f.at and id = f.record_id
        and team_id = ${teamId} order by batch_no limit 1) r`.execute(trx);
  return new Map(rows.map(({ record_id, ...words }) => [record_id, words]));
}

/** Each record of a call is priced by its own words, as the collector did; the call costs what its best record says. */
export function priceAgain(call: StoredCall, price: PriceMember, raw: ReadonlyMap<string, RawWords>): RepricedCall {
  const members = membersOf(call).map((member) => ({ ...member, ...price(member, raw.get(member.record_id)) }));
  const { cost_usd, cost_source, price_version, derived_provider = null } = combineMembers(members);
  return {
    call_id: call.call_id,
    at: call.at,
    cost_usd,
    cost_source,
    price_version,
    derived_provider,
    members: call.members === null ? null : members,
  };
}
