import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';

const lookEveryMs = 500;
const mostMs = 60_000;

/** Waits until a server that has just been filled or started has written and swept what it was to: that is no question's cost. */
export async function awaitRest(pool: Pool): Promise<void> {
  await pool.query('checkpoint');
  for (let waited = 0; waited < mostMs; waited += lookEveryMs) {
    const { rowCount } = await pool.query(`select from pg_stat_activity where backend_type = 'autovacuum worker'`);
    if (rowCount === 0) return;
    await wait(lookEveryMs);
  }
}
