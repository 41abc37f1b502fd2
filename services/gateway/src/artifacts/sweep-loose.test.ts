import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createDatabase } from '@telltale/store/database';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { until } from '@telltale/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { openFolderStore } from './folder-store.ts';
import { ObjectMissingError } from './object-store.ts';
import { sweepLoose } from './sweep-loose.ts';

test('what an upload that never ended left is removed after a day, and nothing younger', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sweep-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await using database = await createTestDatabase();
  await using handle = createDatabase({ url: database.url, max: 2, applicationName: 'test' });
  const db = handle.kysely;
  const store = await openFolderStore(folder);
  const [old, young] = [randomUUID(), randomUUID()];
  for (const [object_id, hours] of [
    [old, 25],
    [young, 23],
  ] as const) {
    await store.write(object_id, Readable.from([Buffer.from('x')]));
    const since = new Date(Date.now() - hours * 3_600_000);
    await db.insertInto('loose_object').values({ team_id: 'red', object_id, since }).execute();
  }
  const log = createLog({ service: 'gateway', level: 'silent' });
  await using _sweeping = sweepLoose({ db, store, clock: systemClock, log });
  const left = () => db.selectFrom('loose_object').select('object_id').execute();
  await until(async () => (await left()).length === 1);
  expect(await left()).toEqual([{ object_id: young }]);
  await expect(store.read(old)).rejects.toThrow(ObjectMissingError);
  (await store.read(young)).destroy();
});
