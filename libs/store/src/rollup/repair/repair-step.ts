import { sql } from 'kysely';
import type { Db } from '../../database.ts';
import { compareWithRaw } from './compare.ts';
import { toQuarters, type Range } from './fill-range.ts';
import { rawIsGone } from './raw-is-gone.ts';
import { recompute } from './recompute.ts';

const dayMs = 86_400_000;
/** Failures in a row after which a repair is given up. */
const mostFailures = 3;

export type RepairKey = { teamId: string; repairId: string };
type State = {
  from_at: Date;
  to_at: Date;
  state: string | null;
  compared_to: Date | null;
  repaired_to: Date | null;
};

/** Repairs that were asked for and have not ended, oldest first. */
export async function openRepairs(db: Db): Promise<{ team_id: string; repair_id: string }[]> {
  const { rows } = await sql<{ team_id: string; repair_id: string }>`
    select r.team_id, r.repair_id from repair_request r left join repair_progress p using (team_id, repair_id)
    where p.ended_at is null order by r.requested_at limit 100`.execute(db);
  return rows;
}

async function note(db: Db, { teamId, repairId }: RepairKey, change: object): Promise<void> {
  await db
    .updateTable('repair_progress')
    .set(change)
    .where('team_id', '=', teamId)
    .where('repair_id', '=', repairId)
    .where('ended_at', 'is', null)
    .execute();
}

/** Ends it as failed: at once when `final`, else after three failures in a row. What was repaired before stays. */
export async function failRepair(db: Db, key: RepairKey, error: string, final = false): Promise<void> {
  const { teamId, repairId } = key;
  await sql`insert into repair_progress as p (team_id, repair_id) values (${teamId}, ${repairId})
    on conflict do nothing`.execute(db);
  const over = sql<boolean>`failures + 1 >= ${final ? 0 : mostFailures}`;
  await note(db, key, {
    failures: sql`failures + 1`,
    error,
    state: sql`case when ${over} then 'failed' else state end`,
    ended_at: sql`case when ${over} then clock_timestamp() end`,
  });
}

/** The rest of the day that the repair has come to. */
function nextPart({ from_at, to_at, repaired_to }: State): Range | null {
  const whole = toQuarters({ from: from_at, to: to_at });
  const from = repaired_to ?? whole.from;
  if (from >= whole.to) return null;
  const midnight = (Math.floor(from.getTime() / dayMs) + 1) * dayMs;
  return { from, to: new Date(Math.min(midnight, whole.to.getTime())) };
}

/**
 * Counts the rollup rows of one day of a repair that differ from the records, then makes them anew; true when nothing is
 * left to do. A day is counted before it is changed and noted at once, so that one that goes on after a crash neither
 * forgets nor counts twice. A day whose records are gone is left as it is and ends the repair as failed.
 */
export async function repairStep(db: Db, key: RepairKey, now = Date.now()): Promise<boolean> {
  const { teamId, repairId } = key;
  const { rows } = await sql<State>`
    select r.from_at, r.to_at, p.state, p.compared_to, p.repaired_to
    from repair_request r left join repair_progress p using (team_id, repair_id)
    where r.team_id = ${teamId} and r.repair_id = ${repairId}`.execute(db);
  const [row] = rows;
  if (row === undefined || row.state === 'done' || row.state === 'failed') return true;
  await sql`insert into repair_progress (team_id, repair_id) values (${teamId}, ${repairId})
    on conflict do nothing`.execute(db);
  const part = nextPart(row);
  if (part === null) {
    await note(db, key, { state: 'done', error: null, ended_at: new Date(now) });
    return true;
  }
  if (await rawIsGone(db, teamId, part)) {
    const day = part.from.toISOString().slice(0, 10);
    await failRepair(db, key, `the records of ${day} are no longer kept; nothing from that day on was changed`, true);
    return true;
  }
  if (row.compared_to === null || row.compared_to < part.to) {
    const { differing } = await compareWithRaw(db, teamId, part, { now });
    // Nobody else may have counted it meanwhile: a job asked for twice may run twice.
    await sql`update repair_progress set compared_to = ${part.to}, differing = differing + ${differing}
      where team_id = ${teamId} and repair_id = ${repairId} and compared_to is not distinct from ${row.compared_to}
        and ended_at is null`.execute(db);
  }
  await recompute(db, teamId, part, now);
  await note(db, key, { repaired_to: sql`greatest(repaired_to, ${part.to}::timestamptz)`, failures: 0 });
  return false;
}
