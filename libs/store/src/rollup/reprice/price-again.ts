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

/** Each record of a call is priced by its own words, as the collector did; the call costs what its best record says. */
export function priceAgain(call: StoredCall, price: (record: CallMember) => CallCost): RepricedCall {
  const members = (call.members ?? [call.member]).map((member) => ({ ...member, ...price(member) }));
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
