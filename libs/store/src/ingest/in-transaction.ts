import type { Pool } from 'pg';
import type { DbClient } from '../database.ts';

/**
 * Runs `work` in one transaction on one connection. After a failure the connection is rolled back, or closed when even
 * that fails; a failed COMMIT is thrown like any other error, and the ledger says later whether it happened.
 */
export async function inTransaction<T>(pool: Pool, work: (client: DbClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A backend that dies between two queries says so here; the next query rejects with it too.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: unknown) => {
      broken ??= failure instanceof Error ? failure : new Error(String(failure));
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
