import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { createDatabase } from '../database.ts';
import { newStoreEpoch } from './store-epoch.ts';

test('a restore gives the store another epoch and notes where each producer stood', async () => {
  await using test = await createTestDatabase();
  await using database = createDatabase({ url: test.url, max: 2, applicationName: 'test' });
  const db = database.kysely;
  const before = await db.selectFrom('store_epoch').select('epoch').executeTakeFirstOrThrow();
  await db.insertInto('producer').values({ team_id: 'red', producer_id: 'p', settled_seq: 7 }).execute();
  const epoch = await newStoreEpoch(db);
  expect(epoch).not.toBe(before.epoch);
  expect(await db.selectFrom('store_epoch').select('epoch').execute()).toEqual([{ epoch }]);
  expect(await db.selectFrom('producer').select('restored_seq').execute()).toEqual([{ restored_seq: 7 }]);
});
