import { createTestDatabase } from '@telltale/testkit/test-database';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createDatabase, type Db } from '../database.ts';
import { inWideSnapshot } from './in-snapshot.ts';

type Facts = { session: number; amount: string };

const readFacts = async (db: Db): Promise<Facts> => {
  const { rows } =
    await sql<Facts>`select pg_backend_pid() as session, (select count(*) from team)::text as amount`.execute(db);
  const [facts] = rows;
  if (facts === undefined) throw new Error('nothing was answered');
  return facts;
};
const addTeam = (db: Db, name: string) => sql`insert into team (team_id, name) values (${name}, ${name})`.execute(db);

test('what is asked beside is asked on a connection of its own, and sees what the first sees', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({ url: server.url, max: 2, kept: 2, applicationName: 'test' });
  await using writer = createDatabase({ url: server.url, max: 1, applicationName: 'test' });
  const [before, first, beside] = await inWideSnapshot(database.kysely, async (one, other) => {
    const seen = await readFacts(one);
    await addTeam(writer.kysely, 'late');
    return [seen, await readFacts(one), await readFacts(other)];
  });
  expect(first).toEqual(before);
  expect(beside.amount).toBe(before.amount);
  expect(beside.session).not.toBe(before.session);
  expect(Number((await readFacts(writer.kysely)).amount)).toBe(Number(before.amount) + 1);
});

test('where no other connection is free both are one, however many ask at once', async () => {
  await using server = await createTestDatabase();
  await using one = createDatabase({ url: server.url, max: 2, applicationName: 'test' });
  expect(await inWideSnapshot(one.kysely, async (first, beside) => first === beside)).toBe(true);
  await using two = createDatabase({ url: server.url, max: 2, kept: 2, applicationName: 'test' });
  const answers = await Promise.all(
    Array.from({ length: 12 }, () =>
      inWideSnapshot(
        two.kysely,
        async (first, beside) => (await Promise.all([readFacts(first), readFacts(beside)])).length,
      ),
    ),
  );
  expect(answers).toEqual(Array.from({ length: 12 }, () => 2));
});
