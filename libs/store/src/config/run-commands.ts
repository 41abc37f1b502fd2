import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { RunAction } from '@telltale/contracts/http/run-commands';
import type { Db, DbTransaction } from '../database.ts';
import { writeAudit } from './audit.ts';
import { runningRuns, type RunningRun } from './running-runs.ts';

export type StoredCommand = {
  command_id: string;
  run_id: string;
  action: RunAction;
  requested_by: string;
  requested_at: Date;
  /** Its owner will not do it: the run is only watched. */
  only_watched: boolean;
};

/** After this nobody waits for it any more: the owner of the run is gone. */
const openFor = sql`interval '1 hour'`;

const columns = ['command_id', 'run_id', 'action', 'requested_by', 'requested_at'] as const;

async function insert(
  trx: DbTransaction,
  { teamId, runs, action, actor }: { teamId: string; runs: readonly RunningRun[]; action: RunAction; actor: string },
): Promise<StoredCommand[]> {
  if (runs.length === 0) return [];
  const watched = new Set(runs.flatMap(({ runId, onlyWatched }) => (onlyWatched ? [runId] : [])));
  const rows = await trx
    .insertInto('run_command')
    .values(
      runs.map(({ runId }) => ({
        team_id: teamId,
        command_id: randomUUID(),
        run_id: runId,
        action,
        requested_by: actor,
        outcome: null,
      })),
    )
    .returning(columns)
    .execute();
  return rows.map((row) => ({ ...row, only_watched: watched.has(row.run_id) }));
}

/** Whether there is or was such a run; one that ended before it was folded is in its events alone. */
async function isKnown(trx: DbTransaction, teamId: string, runId: string): Promise<boolean> {
  const { rows } = await sql<{ known: boolean }>`
    select exists (select from run where team_id = ${teamId} and run_id = ${runId}) or exists (
      select from batch_ledger l cross join lateral (
        select from run_event e where e.batch_no = l.batch_no and e.at between l.min_at and l.max_at
          and e.team_id = ${teamId} and e.run_id = ${runId} limit 1) as own
      where l.team_id = ${teamId} and l.folded_at is null and 'run_event' = any(l.kinds)) as known`.execute(trx);
  return rows[0]?.known === true;
}

/** Asks something of one run, with its audit row. `running` is false when it has ended, null when there is no such run. */
export async function commandRun(
  db: Db,
  wish: { teamId: string; runId: string; action: RunAction; actor: string },
): Promise<{ running: boolean | null; commands: StoredCommand[] }> {
  const { teamId, runId, action, actor } = wish;
  return db.transaction().execute(async (trx) => {
    const running = await runningRuns(trx, { teamId, runId });
    if (running.length === 0) return { running: (await isKnown(trx, teamId, runId)) ? false : null, commands: [] };
    const commands = await insert(trx, { teamId, runs: running, action, actor });
    await writeAudit(trx, { teamId, actor, action: `run.${action}`, object: `run:${runId}` });
    return { running: true, commands };
  });
}

/** Asks all running runs of a team, or of one of its agents, to stop; one audit row says how many there were. */
export async function stopRuns(
  db: Db,
  { teamId, agentId, actor }: { teamId: string; agentId: string | undefined; actor: string },
): Promise<StoredCommand[]> {
  return db.transaction().execute(async (trx) => {
    const runs = await runningRuns(trx, { teamId, agentId });
    const commands = await insert(trx, { teamId, runs, action: 'stop', actor });
    const object = agentId === undefined ? `team:${teamId}` : `agent:${agentId}`;
    await writeAudit(trx, { teamId, actor, action: 'runs.stop', object, detail: { runs: runs.length } });
    return commands;
  });
}

/** What was asked of these runs and not acknowledged, oldest first. */
export function openCommands(
  db: Db,
  teamId: string,
  runIds: readonly string[],
): Promise<Omit<StoredCommand, 'only_watched'>[]> {
  if (runIds.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('run_command')
    .select(columns)
    .where('team_id', '=', teamId)
    .where('run_id', 'in', [...runIds])
    .where('acknowledged_at', 'is', null)
    .where('requested_at', '>', sql<Date>`now() - ${openFor}`)
    .orderBy('requested_at')
    .execute();
}

/** The owner of the runs did what it was asked. A second word changes nothing. */
export async function acknowledgeCommands(
  db: Db,
  teamId: string,
  done: readonly { command_id: string; outcome: string }[],
): Promise<void> {
  for (const { command_id, outcome } of done) {
    await db
      .updateTable('run_command')
      .set({ acknowledged_at: sql`now()`, outcome })
      .where('team_id', '=', teamId)
      .where('command_id', '=', command_id)
      .where('acknowledged_at', 'is', null)
      .execute();
  }
}
