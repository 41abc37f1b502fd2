import { setTimeout as delay } from 'node:timers/promises';
import { listSpools } from '@telltale/sdk/spool/list-spools';
import { Client } from 'pg';
import { team } from '../stage/stage.ts';
import type { Play } from './play.ts';

/** Without any progress for this long, what is missing will not come: one fold takes up to 100,000 records. */
const standstillMs = 45_000;

type Counts = { done: number; unfolded: number };

/**
 * Records of the load that are stored or dead letters, and batches to be folded. A fresh connection a time: the server
 * may have been stopped in between.
 */
export async function readCounts(databaseUrl: string): Promise<Counts> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ done: string; unfolded: string }>(
      `select (select coalesce(sum(stored + dead_lettered), 0) from producer where team_id = $1) as done,
              (select count(*) from batch_ledger where folded_at is null) as unfolded`,
      [team],
    );
    return { done: Number(rows[0]?.done), unfolded: Number(rows[0]?.unfolded) };
  } finally {
    await client.end();
  }
}

/** Whether a spool still has to be brought to the door by somebody. */
async function spoolsLeft(root: string): Promise<number> {
  const spools = await listSpools(root);
  return spools.filter(
    ({ held_by, last_seq, settled_seq }) => held_by === null && (last_seq === null || settled_seq < last_seq),
  ).length;
}

/**
 * Waits until the load is behind the door, dead producers' spools are replayed, every batch is stored and folded, and
 * every living producer knows it. Gives up, saying what it waited for, when nothing moves any more.
 */
export async function settle(play: Play): Promise<void> {
  const patienceMs = standstillMs * play.patience;
  let last = '';
  let moved = performance.now();
  let said = performance.now();
  for (;;) {
    const waiting: string[] = [];
    let state = '';
    const alive = play.recorders().filter((recorder) => !recorder.wasKilled());
    for (const recorder of alive) {
      const progress = recorder.progress();
      if (progress === undefined || progress.acknowledged < progress.issued)
        waiting.push(`${recorder.name} to be taken`);
      else if (!progress.settled) waiting.push(`${recorder.name} to hear that it is stored`);
      state += `${progress?.issued}/${progress?.acknowledged} `;
    }
    const left = await spoolsLeft(play.spoolRoot);
    if (left > 0) waiting.push(`${left} spools of dead producers`);
    const counts = await readCounts(play.databaseUrl).catch(() => null);
    if (counts === null) waiting.push('PostgreSQL');
    else if (counts.unfolded > 0) waiting.push(`${counts.unfolded} batches to be folded`);
    state += `${counts?.done} ${counts?.unfolded} ${left} ${waiting.length}`;
    if (waiting.length === 0 && state === last) return;
    if (performance.now() - said > 10_000) {
      console.error(`     waiting for ${waiting.join(', ')} (${state})`);
      said = performance.now();
    }
    if (state !== last) moved = performance.now();
    last = state;
    if (performance.now() - moved > patienceMs) {
      play.problem(`nothing moved for ${patienceMs / 1_000} s while waiting for ${waiting.join(', ')}`);
      return;
    }
    await delay(200);
  }
}
