import { createTestDatabase } from '@telltale/testkit/test-database';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createDatabase } from './database.ts';
import { readFleetTelemetry } from './read/read-fleet-telemetry.ts';

type Kept = { statement: string; generic_plans: number };

test('what an agent does is planned once on a connection and executed from then on', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({ url: server.url, max: 1, applicationName: 'test' });
  const db = database.kysely;
  for (let turn = 0; turn < 12; turn += 1) {
    await readFleetTelemetry(db, { teamId: 'red', of: 'agent_id', ids: [`agent-${turn}`], logs: turn + 1 });
  }
  const kept = await sql<Kept>`select statement, generic_plans::int from pg_prepared_statements`.execute(db);
  // One each for the sample, the git activities, the log lines, the chunks, the state and the sums.
  expect(kept.rows.map(({ generic_plans }) => generic_plans > 0)).toEqual(Array(6).fill(true));
});

test('a statement without the mark is never kept', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({ url: server.url, max: 1, applicationName: 'test' });
  await sql`select ${1}::int as one`.execute(database.kysely);
  const kept = await sql<Kept>`select statement from pg_prepared_statements`.execute(database.kysely);
  expect(kept.rows).toEqual([]);
});
