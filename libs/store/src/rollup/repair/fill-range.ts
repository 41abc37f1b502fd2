import { sql } from 'kysely';
import { recordKinds } from '@telltale/contracts/records/record';
import type { DbTransaction } from '../../database.ts';
import { addDeltas } from '../calls/delta-base.ts';
import { fillBase } from '../fold/fill-base.ts';
import { inTimeOf } from '../calls/in-time-of.ts';
import { labelNamesOf } from '../fold/label-names.ts';
import { makeCells } from '../fold/make-cells.ts';
import { rangeScope, recentScope, type Scope } from '../fold/scope.ts';
import { findRepeatedUses, usedKinds } from '../fold/told-uses.ts';
import { takeWireTools } from '../fold/wire-tools.ts';
import { makeTempTables } from '../fold/temp-tables.ts';

/** A span of records' own times, from `from` up to, not including, `to`. */
export type Range = { from: Date; to: Date };

const quarterMs = 15 * 60_000;

/** The whole quarter hours that a range touches: raw records say what is in them, longer buckets follow from them. */
export function toQuarters({ from, to }: Range): Range {
  return {
    from: new Date(Math.floor(from.getTime() / quarterMs) * quarterMs),
    to: new Date(Math.ceil(to.getTime() / quarterMs) * quarterMs),
  };
}

/** Batches that are stored and counted nowhere yet. */
export async function unfoldedBatches(trx: DbTransaction, teamId: string): Promise<number[]> {
  const rows = await trx
    .selectFrom('batch_ledger')
    .select('batch_no')
    .where('team_id', '=', teamId)
    .where('folded_at', 'is', null)
    .execute();
  return rows.map(({ batch_no }) => batch_no);
}

/**
 * Computes fold_cell and fold_bin of a range anew from folded raw records and from calls, by the fold's own SQL.
 * `minutesSince`: what is older is wanted by quarter hour only. `recent`: every batch of the range still has its ledger row, so that only their rows need to be read.
 */
export async function fillRange(
  trx: DbTransaction,
  teamId: string,
  range: Range,
  { recent = false, minutesSince }: { recent?: boolean; minutesSince: Date },
): Promise<Scope> {
  await makeTempTables(trx);
  // Repeated uses of a day are looked up in a hash as long as it has the room, as in a fold; else each in the list of all.
  await sql.raw(`set local work_mem = '64MB'`).execute(trx);
  const labelNames = await labelNamesOf(trx, teamId);
  const scope = recent
    ? recentScope(teamId, range, labelNames)
    : rangeScope(teamId, { ...range, unfolded: await unfoldedBatches(trx, teamId) }, labelNames);
  for (const kind of usedKinds) await findRepeatedUses(trx, scope, kind);
  await takeWireTools(trx, scope, { note: false });
  await fillBase(trx, scope, recordKinds);
  await sql`insert into fold_delta select 1, * from calls
    where ${inTimeOf(teamId)} and at >= ${range.from} and at < ${range.to}`.execute(trx);
  await addDeltas(trx);
  await makeCells(trx, recordKinds, minutesSince);
  return scope;
}
