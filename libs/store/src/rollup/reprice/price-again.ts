import { countsBesideTokens } from '@telltale/contracts/records/llm-call';
import { sql } from 'kysely';
import type { DbTransaction } from '../../database.ts';
import type { CallCost } from '../../ingest/record-rows.ts';
import type { CallMember } from '../calls/call.ts';
import { combineMembers } from '../calls/combine-members.ts';
import { inTimeOf } from '../calls/in-time-of.ts';
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
    inTimeOf(teamId),
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

/** Attributes that a price depends on. */
const telling = [...countsBesideTokens, 'inference_geo', 'search_context_size'];

/**
 * What the raw records of calls say that a price depends on, by the id of the record; of a record that failed also that it
 * says nothing, as long as it is kept. One read of the time and the agents of all of them: they are many.
 */
export async function readRawWords(
  trx: DbTransaction,
  teamId: string,
  calls: readonly StoredCall[],
): Promise<Map<string, RawWords>> {
  const members = calls.flatMap(membersOf);
  const times = members.map(({ at }) => at).toSorted();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  const agents = [...new Set(members.map(({ agent_id }) => agent_id))];
  const { rows } = await sql<RawWords & { id: string }>`
    select id, error_type, error_message, streamed, attributes from llm_call
    where team_id = ${teamId} and at between ${first}::timestamptz and ${last}::timestamptz
      and key_of(team_id, agent_id) = any(array(select key_of(${teamId}, a) from unnest(${agents}::text[]) a))
      and id = any(${members.map(({ record_id }) => record_id)}::uuid[])
      and (status = 'error' or attributes ?| ${telling}::text[])
    order by batch_no desc`.execute(trx);
  return new Map(rows.map(({ id, ...words }) => [id, words]));
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
