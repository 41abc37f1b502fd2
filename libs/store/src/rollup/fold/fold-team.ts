import type { RecordKind } from '@telltale/contracts/records/record';
import { sql } from 'kysely';
import type { Db, DbTransaction } from '../../database.ts';
import { labelNamesOf } from './label-names.ts';
import { addDeltas } from '../calls/delta-base.ts';
import { joinCalls } from '../calls/join-calls.ts';
import { markAlike } from '../calls/load-alike.ts';
import { insertLoneCalls, loadCalls } from '../calls/load-calls.ts';
import { markSums } from '../calls/load-sums.ts';
import { minuteHours } from '../cubes.ts';
import { dropToldSubAgents } from '../state/drop-told-sub-agents.ts';
import { foldStates } from '../state/fold-states.ts';
import { analyzeMade } from './analyze-made.ts';
import { fillBase } from './fill-base.ts';
import { foldEndpoints } from './fold-endpoints.ts';
import { makeCells } from './make-cells.ts';
import { mergeBins } from './merge-bins.ts';
import { mergeCells } from './merge-cells.ts';
import { batchScope, type Scope } from './scope.ts';
import { lockTeam, markFolded, takeBatches } from './take-batches.ts';
import { makeTempTables } from './temp-tables.ts';
import { isUsed, noteUses } from './told-uses.ts';
import { noteWireTools } from './wire-tools.ts';
import { readTouched, type Touched } from './touched.ts';

export type FoldLimits = {
  /** Batches of one fold; default 20,000. */
  maxBatches?: number;
  /** Records of one fold, about; default 100,000: on a busy machine some 20 s. At least one batch is always taken. */
  maxRecords?: number;
  /** Epoch ms; decides which minutes are still kept. */
  now?: number;
  /** Called when everything is written and nothing committed. */
  beforeCommit?: () => Promise<void> | void;
};

/** `busy`: another aggregator was folding this team, so nothing was done. */
export type FoldReport = {
  batches: number;
  records: number;
  busy: boolean;
  /** From receipt to commit of the newest batch, in ms; null when there was none. */
  deliveryLagMs: number | null;
  touched: Touched;
};

const nothing = (busy: boolean): FoldReport => ({
  batches: 0,
  records: 0,
  busy,
  deliveryLagMs: null,
  touched: { agents: [], sessions: [], runs: [], tasks: [] },
});

/** Minutes before this one are not written, and dropped: an hour later than they are offered, so that no question meets the dropping. */
export const oldestMinute = (now: number): Date => new Date(now - (minuteHours + 1) * 3_600_000);

/** Kinds with latencies. */
const timedKinds: ReadonlySet<RecordKind> = new Set(['llm_call', 'tool_call', 'service_call']);

async function foldCalls(trx: DbTransaction, scope: Scope): Promise<void> {
  const { loaded, joined } = await loadCalls(trx, scope);
  if (loaded === 0) return;
  const alike = (await markAlike(trx, scope.teamId)) + (await markSums(trx, scope.teamId));
  await insertLoneCalls(trx, scope.teamId);
  if (joined + alike > 0) await joinCalls(trx, scope.teamId);
  await addDeltas(trx);
}

/**
 * Folds the oldest committed batches of a team into everything that is derived and marks them, in one transaction: a
 * crash at any point leaves both as they were. Several callers may fold at once; a team is folded by one at a time.
 */
export async function foldTeam(db: Db, teamId: string, limits: FoldLimits = {}): Promise<FoldReport> {
  const { maxBatches = 20_000, maxRecords = 100_000, now = Date.now(), beforeCommit } = limits;
  return db.transaction().execute(async (trx) => {
    if (!(await lockTeam(trx, teamId))) return nothing(true);
    const taken = await takeBatches(trx, teamId, { maxBatches, maxRecords });
    if (taken === null) return nothing(false);
    await makeTempTables(trx);
    // Compiling costs more than it saves on statements of a few milliseconds; sums by hash need the room.
    await sql.raw(`set local jit = off; set local work_mem = '64MB'`).execute(trx);
    const scope = batchScope(teamId, taken, await labelNamesOf(trx, teamId));
    for (const kind of taken.kinds.filter(isUsed)) await noteUses(trx, scope, kind);
    if (taken.kinds.includes('tool_call')) await noteWireTools(trx, scope);
    await fillBase(trx, scope, taken.kinds);
    if (taken.kinds.includes('llm_call')) await foldCalls(trx, scope);
    await foldStates(trx, scope, taken.kinds);
    await makeCells(trx, taken.kinds, oldestMinute(now));
    const madeSeries = await mergeCells(trx, teamId, { minutesSince: oldestMinute(now) });
    if (taken.kinds.includes('llm_call')) await dropToldSubAgents(trx, teamId);
    if (taken.kinds.some((kind) => timedKinds.has(kind)))
      await mergeBins(trx, teamId, { minutesSince: oldestMinute(now) });
    if (taken.kinds.includes('endpoint_minute')) await foldEndpoints(trx, scope, oldestMinute(now));
    await analyzeMade(trx, teamId, madeSeries);
    const touched = await readTouched(trx);
    await markFolded(trx, teamId, taken.batchNos);
    await beforeCommit?.();
    const { batchNos, records, deliveryLagMs } = taken;
    return { batches: batchNos.length, records, busy: false, deliveryLagMs, touched };
  });
}
