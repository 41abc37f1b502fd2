import { createDatabase } from '@telltale/store/database';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { createTestDatabase } from './test-database.ts';
import { createTestRedis } from './test-redis.ts';

test('a test database is migrated and apart from its neighbours', async () => {
  await using first = await createTestDatabase();
  await using second = await createTestDatabase();
  await using db = createDatabase({ url: first.url, max: 1, applicationName: 'first' });
  await db.pool.query(`insert into team (team_id, name) values ('t', 't')`);
  await using other = createDatabase({ url: second.url, max: 1, applicationName: 'second' });
  expect((await other.pool.query('select count(*) as n from team')).rows).toEqual([{ n: 0 }]);
});

test('a connection that is left open fails the test that left it', async () => {
  const database = await createTestDatabase({ graceMs: 100 });
  await using db = createDatabase({ url: database.url, max: 1, applicationName: 'forgotten' });
  await db.pool.query('select 1');
  await expect(database[Symbol.asyncDispose]()).rejects.toThrow('forgotten');
});

test('a test Redis is a logical database of its own', async () => {
  await using first = await createTestRedis();
  await using second = await createTestRedis();
  const one = new Redis(first.url);
  const two = new Redis(second.url);
  await one.set('k', 'v');
  expect(await two.get('k')).toBeNull();
  one.disconnect();
  two.disconnect();
});
