import { sql } from 'kysely';
import type { Db, DbTransaction } from '../../database.ts';
import { addDeltas } from '../calls/delta-base.ts';
import { oldestMinute } from '../fold/fold-team.ts';
import { makeCells } from '../fold/make-cells.ts';
import { mergeCells } from '../fold/merge-cells.ts';
import { waitForTeam } from '../fold/take-batches.ts';
import { makeTempTables } from '../fold/temp-tables.ts';
import { readTouched, type Touched } from '../fold/touched.ts';
import { priceAgain, readCalls, readRawWords, type PriceMember, type RepricedCall } from './price-again.ts';

export type RepriceStep = {
  teamId: string;
  repriceId: string;
  /** What one record costs by today's prices; with what its raw record alone says, while that is kept. */
  price: PriceMember;
  priceVersion: string;
  /** Calls of one transaction; default 5,000. */
  maxCalls?: number;
  /** Epoch ms; decides which minutes are still kept. */
  now?: number;
  /** Called when everything is written and nothing committed. */
  beforeCommit?: () => Promise<void> | void;
};

/** `done`: there is nothing left to do, or the repricing had ended before, or does not exist. */
export type RepriceReport = { done: boolean; calls: number; changed: number; touched: Touched };

const nothing = { agents: [], sessions: [], runs: [], tasks: [] };

type Wish = { from_at: Date | null; to_at: Date | null; model: string | null; dry_run: boolean };
type Progress = { state: string; cursor_at: string | null; cursor_id: string | null };

/** The request, and its progress locked for this step; null when it ended or does not exist. */
async function begin(trx: DbTransaction, teamId: string, repriceId: string): Promise<(Wish & Progress) | null> {
  await sql`insert into reprice_progress (team_id, reprice_id)
    select team_id, reprice_id from reprice_request where team_id = ${teamId} and reprice_id = ${repriceId}
    on conflict do nothing`.execute(trx);
  const { rows } = await sql<Wish & Progress>`
    select r.from_at, r.to_at, r.model, r.dry_run, p.state, p.cursor_at::text, p.cursor_id
    from reprice_request r join reprice_progress p using (team_id, reprice_id)
    where team_id = ${teamId} and reprice_id = ${repriceId} for update of p`.execute(trx);
  const found = rows[0];
  return found === undefined || found.state !== 'running' ? null : found;
}

const differs = sql`(c.cost_usd, c.cost_source) is distinct from (n.cost_usd, n.cost_source)`;
/** Also who sells a model may be known better than when the call was stored. */
const moves = sql`(${differs} or c.derived_provider is distinct from n.derived_provider)`;

/** Puts what calls cost now beside what they cost: before and after, exactly as numeric. */
async function count(trx: DbTransaction, step: RepriceStep, last: RepricedCall | undefined, done: boolean) {
  const { teamId, repriceId, priceVersion } = step;
  const cursor =
    last === undefined ? sql`` : sql`cursor_at = ${last.at}::timestamptz, cursor_id = ${last.call_id}::uuid,`;
  const { rows } = await sql<{ changed: number }>`
    with sums as (
      select count(*) as calls, count(*) filter (where ${differs}) as changed,
        coalesce(sum(c.cost_usd), 0) as before_usd, coalesce(sum(n.cost_usd), 0) as after_usd,
        count(*) filter (where c.cost_usd is null) as before_unpriced,
        count(*) filter (where n.cost_usd is null) as after_unpriced
      from reprice_call n join calls c on c.team_id = ${teamId} and c.call_id = n.call_id),
    written as (
      update reprice_progress p set ${cursor} calls = p.calls + s.calls, changed_calls = p.changed_calls + s.changed,
        before_usd = p.before_usd + s.before_usd, after_usd = p.after_usd + s.after_usd,
        before_unpriced = p.before_unpriced + s.before_unpriced, after_unpriced = p.after_unpriced + s.after_unpriced,
        price_version = ${priceVersion}, failures = 0, error = null,
        state = ${done ? 'done' : 'running'}, ended_at = case when ${done}::boolean then clock_timestamp() end
      from sums s where p.team_id = ${teamId} and p.reprice_id = ${repriceId})
    select changed from sums`.execute(trx);
  return rows[0]?.changed ?? 0;
}

/** The old values leave the sums and the new ones enter them, at the calls' own times; the calls say what they cost now. */
async function write(trx: DbTransaction, teamId: string, minutesSince: Date): Promise<void> {
  await sql`insert into fold_delta select -1, c.* from calls c join reprice_call n using (call_id)
    where c.team_id = ${teamId} and ${moves}`.execute(trx);
  await sql`update calls c set cost_usd = n.cost_usd, cost_source = n.cost_source, price_version = n.price_version,
      derived_provider = n.derived_provider, members = coalesce(nullif(n.members, 'null'::jsonb), c.members)
    from reprice_call n where c.team_id = ${teamId} and c.call_id = n.call_id`.execute(trx);
  await sql`insert into fold_delta select 1, c.* from calls c
    where c.team_id = ${teamId} and c.call_id in (select call_id from fold_delta)`.execute(trx);
  await addDeltas(trx);
  await makeCells(trx, ['llm_call'], minutesSince);
  await mergeCells(trx, teamId, { minutesSince });
}

/**
 * Prices the next calls of a repricing anew, in one transaction under the team's lock: calls, rollups, before/after
 * totals and how far it came are written together, so that a crash repeats nothing and a second worker does no harm.
 * Call it until `done`. Calls keep their new amounts: joins and repairs take money from calls, never from raw records.
 */
export async function repriceStep(db: Db, step: RepriceStep): Promise<RepriceReport> {
  const { teamId, repriceId, price, maxCalls = 5_000, now = Date.now(), beforeCommit } = step;
  return db.transaction().execute(async (trx) => {
    await waitForTeam(trx, teamId);
    const wish = await begin(trx, teamId, repriceId);
    if (wish === null) return { done: true, calls: 0, changed: 0, touched: nothing };
    const calls = await readCalls(trx, teamId, wish, maxCalls);
    const raw = await readRawWords(trx, teamId, calls);
    const priced = calls.map((call) => priceAgain(call, price, raw));
    await makeTempTables(trx);
    // As in a fold: compiling costs more than it saves, and sums by hash need the room.
    await sql.raw(`set local jit = off; set local work_mem = '64MB'`).execute(trx);
    await sql`create temp table if not exists reprice_call (call_id uuid primary key, cost_usd numeric,
      cost_source text, price_version text, derived_provider text, members jsonb) on commit delete rows`.execute(trx);
    await sql`insert into reprice_call select call_id, cost_usd, cost_source, price_version,
        derived_provider, members
      from jsonb_to_recordset(${JSON.stringify(priced)}::jsonb)
        as n (call_id uuid, cost_usd numeric, cost_source text, price_version text,
          derived_provider text, members jsonb)`.execute(trx);
    const done = calls.length < maxCalls;
    const changed = await count(trx, step, priced.at(-1), done);
    if (!wish.dry_run && calls.length > 0) await write(trx, teamId, oldestMinute(now));
    const touched = await readTouched(trx);
    await beforeCommit?.();
    return { done, calls: calls.length, changed, touched };
  });
}
