import type { Pool } from 'pg';
import { teamId } from './fill-store.ts';
import type { Known } from './questions.ts';

const count = 97;

/** Some sessions, tasks and runs of the store, in an order that says nothing about them and is the same each time. */
export async function findKnown(pool: Pool): Promise<Known> {
  const idsOf = async (table: 'session' | 'task' | 'run'): Promise<string[]> => {
    const { rows } = await pool.query<{ id: string }>(
      `select ${table}_id as id from ${table} where team_id = $1 order by md5(${table}_id) limit ${count}`,
      [teamId],
    );
    return rows.map(({ id }) => id);
  };
  return { sessions: await idsOf('session'), tasks: await idsOf('task'), runs: await idsOf('run') };
}
