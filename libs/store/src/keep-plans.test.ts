import { createTestDatabase } from '@telltale/testkit/test-database';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createDatabase, plannedSettings } from './database.ts';

type Kept = { generic: number; custom: number };

test('a connection that keeps plans plans a statement once, whatever its values, and keeps no more than it may', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({
    url: server.url,
    max: 1,
    applicationName: 'test',
    keptPlans: 2,
    settings: plannedSettings,
  });
  const db = database.kysely;
  const kept = async () => {
    const { rows } = await sql<Kept>`
      select generic_plans::int as generic, custom_plans::int as custom from pg_prepared_statements`.execute(db);
    return rows;
  };
  const ask = async (column: string, value: number) => {
    const { rows } = await sql<{ found: number }>`select ${value}::int as ${sql.ref(column)}`.execute(db);
    return Object.values(rows[0] ?? {});
  };
  for (const value of [1, 2, 3]) expect(await ask('a', value)).toEqual([value]);
  expect(await kept()).toEqual([{ generic: 3, custom: 0 }]);
  expect([await ask('b', 4), await ask('c', 5), await ask('a', 6)]).toEqual([[4], [5], [6]]);
  expect(await kept()).toEqual([
    { generic: 1, custom: 0 },
    { generic: 1, custom: 0 },
  ]);
});

test('of too many the one that was not asked for longest is forgotten', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({ url: server.url, max: 1, applicationName: 'test', keptPlans: 2 });
  const ask = (column: string) => sql`select ${1}::int as ${sql.ref(column)}`.execute(database.kysely);
  for (const column of ['a', 'b', 'a', 'c']) await ask(column);
  const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(
    database.kysely,
  );
  expect(rows.map(({ statement }) => statement.at(-2)).toSorted()).toEqual(['a', 'c']);
});

test('a statement that fails, and what a failed transaction could not forget, leave the connection usable', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({ url: server.url, max: 1, applicationName: 'test', keptPlans: 1 });
  const db = database.kysely;
  const divide = (by: number) => sql<{ n: number }>`select 1 / ${by}::int as n`.execute(db);
  await expect(divide(0)).rejects.toThrow('division by zero');
  expect((await divide(1)).rows).toEqual([{ n: 1 }]);
  const failed = db.transaction().execute(async (trx) => {
    await sql`select 1 / ${0}::int as m`.execute(trx).catch(() => {});
    await sql`select ${1}::int as other`.execute(trx);
  });
  await expect(failed).rejects.toThrow('current transaction is aborted');
  expect((await divide(1)).rows).toEqual([{ n: 1 }]);
});

test('a statement that was never prepared is forgotten without a word to the server, which would fail the transaction', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({ url: server.url, max: 1, applicationName: 'test', keptPlans: 1 });
  const db = database.kysely;
  await expect(sql`select ${1}::int as n from missing`.execute(db)).rejects.toThrow('does not exist');
  const { rows } = await db.transaction().execute((trx) => sql`select ${1}::int as n`.execute(trx));
  expect(rows).toEqual([{ n: 1 }]);
});
