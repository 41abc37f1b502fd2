import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { foldTeam } from '../fold/fold-team.ts';
import { aStore } from '../test-support/a-store.ts';

test('a call of a team that the statistics do not know is found by its key, not among all of the team', async () => {
  await using store = await aStore();
  await store.store(
    Array.from({ length: 1_000 }, () => aRecord('llm_call', {})),
    { team: 'known' },
  );
  await foldTeam(store.db, 'known');
  await store.rows('analyze calls');
  // An index whose first column is the team would look as good as the key: one row is expected of either.
  const plan = await store.rows<{ 'QUERY PLAN': string }>(
    "explain select from calls where team_id = 'new' and call_id = '00000000-0000-0000-0000-000000000001'",
  );
  expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('calls_pkey');
});
