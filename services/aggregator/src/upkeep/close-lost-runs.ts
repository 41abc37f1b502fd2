import { createHash } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import type { RecordOf } from '@telltale/contracts/records/record';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { Db } from '@telltale/store/database';
import { knownTeams, listSilentRuns, type SilentRun } from '@telltale/store/rollup';

/** A team that lost more at once loses the rest a minute later. */
const mostRuns = 500;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** 16 bytes as a UUID of version 8. */
function uuidOf(bytes: Buffer): string {
  const id = Buffer.from(bytes.subarray(0, 16));
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x80;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * The end of a run that nobody hears of any more, as a batch: it ended when it was last heard of. Named by run and silence,
 * so that it is stored once however many aggregators say it.
 */
function lostBatch(teamId: string, run: SilentRun, receivedAt: string): StreamBatch {
  const name = sha256(`lost\n${teamId}\n${run.run_id}\n${run.last_at.getTime()}`);
  const id = uuidOf(name);
  const record: RecordOf<'run_event'> = {
    v: 1,
    id,
    kind: 'run_event',
    at: new Date(run.last_at.getTime() + 1).toISOString(),
    agent_id: run.agent_id,
    run_id: run.run_id,
    ...(run.session_id === null ? {} : { session_id: run.session_id }),
    ...(run.task_id === null ? {} : { task_id: run.task_id }),
    ...(run.crew_id === null ? {} : { crew_id: run.crew_id }),
    ...(run.host === null ? {} : { host: run.host }),
    event: 'ended',
    reason: 'lost',
    actor: 'telltale',
  };
  return {
    v: 1,
    team_id: teamId,
    producer_id: `body:${name.toString('hex')}`,
    seq: 1,
    ids_hash: sha256(id).toString('hex'),
    received_at: receivedAt,
    rejected: 0,
    records: [record],
  };
}

/** Ends runs of which nothing was heard for `lostAfterMs`. A later word of the run itself takes it back. */
export async function closeLostRuns({
  db,
  publish,
  lostAfterMs,
  clock,
  log,
}: {
  db: Db;
  publish: (batch: StreamBatch) => Promise<unknown>;
  lostAfterMs: number;
  clock: Clock;
  log: Log;
}): Promise<void> {
  const now = clock.now();
  for (const teamId of await knownTeams(db)) {
    const runs = await listSilentRuns(db, teamId, new Date(now - lostAfterMs), mostRuns);
    for (const run of runs) await publish(lostBatch(teamId, run, new Date(now).toISOString()));
    if (runs.length > 0) log.info({ team: teamId, runs: runs.length }, 'runs without an end were given up as lost');
  }
}
