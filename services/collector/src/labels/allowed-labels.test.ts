import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { setTeam } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { batchOf } from '../test-support/rig.ts';
import { keepAllowedLabels } from './allowed-labels.ts';

test('labels that a team does not allow are counted, those that it allows are not', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({ url: server.url, max: 2, applicationName: 'labels-test' });
  const db = database.kysely;
  const log = createLog({ service: 'test', level: 'silent' });
  await using labels = keepAllowedLabels({ db, clock: systemClock, log });
  const records = [aRecord('metric', { labels: { env: 'prod', tier: 'gold' } }), aRecord('metric')];
  const batch = batchOf(records, { team_id: 'red' });
  await labels.refresh();
  expect(labels.countOutside(batch)).toBe(2);
  await setTeam(db, { teamId: 'red', labelNames: ['env', 'other'], actor: 'user:test' });
  await labels.refresh();
  expect(labels.countOutside(batch)).toBe(1);
  expect(labels.countOutside(batchOf(records, { team_id: 'blue' }))).toBe(2);
  const unchecked = aRecord('metric');
  Reflect.set(unchecked, 'labels', null);
  expect(labels.countOutside(batchOf([unchecked]))).toBe(0);
});
