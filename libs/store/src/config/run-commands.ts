import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { RunAction } from '@telltale/contracts/http/run-commands';
import type { Db, DbTransaction } from '../database.ts';
import { writeAudit } from './audit.ts';

export type StoredCommand = {
  command_id: string;
  run_id: string;
  action: RunAction;
  requested_by: string;
  requested_at: Date;
};

/** After this nobody waits for it any more: the owner of the run is gone. */
const openFor = sql`interval '1 hour'`;

const columns = ['command_id', 'run_id', 'action', 'requested_by', 'requested_at'] as const;

async function insert(
  trx: DbTransaction,
  { teamId, runIds, action, actor }: { teamId: string; runIds: readonly string[]; action: RunAction; actor: string },
): Promise<StoredCommand[]> {
  if (runIds.length === 0) return [];
  return trx
    .insertInto('run_command')
    .values(
      runIds.map((runId) => ({
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
}

/** Asks something of one run, with its audit row. `running` is false when it has ended, null when there is no such run. */
export async function commandRun(
  db: Db,
  wish: { teamId: string; runId: string; action: RunAction; actor: string },
): Promise<{ running: boolean | null; commands: StoredCommand[] }> {
  const { teamId, runId, action, actor } = wish;
  return db.transaction().execute(async (trx) => {
    const run = await trx
      .selectFrom('run')
      .select('ended_at')
      .where('team_id', '=', teamId)
      .where('run_id', '=', runId)
      .executeTakeFirst();
    if (run === undefined || run.ended_at !== null) return { running: run === undefined ? null : false, commands: [] };
    const commands = await insert(trx, { teamId, runIds: [runId], action, actor });
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
    const runs = await trx
      .selectFrom('run')
      .select('run_id')
      .where('team_id', '=', teamId)
      .where('ended_at', 'is', null)
      .$if(agentId !== undefined, (query) => query.where('agent_id', '=', agentId ?? ''))
      .execute();
    const runIds = runs.map((run) => run.run_id);
    const commands = await insert(trx, { teamId, runIds, action: 'stop', actor });
    const object = agentId === undefined ? `team:${teamId}` : `agent:${agentId}`;
    await writeAudit(trx, { teamId, actor, action: 'runs.stop', object, detail: { runs: runIds.length } });
    return commands;
  });
}

/** What was asked of these runs and not acknowledged, oldest first. */
export function openCommands(db: Db, teamId: string, runIds: readonly string[]): Promise<StoredCommand[]> {
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
