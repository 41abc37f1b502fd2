import { aRecord } from '@telltale/testkit/records';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { expireRollups } from '../../retention/expire-rollups.ts';
import { foldTeam } from '../fold/fold-team.ts';
import { makeTempTables } from '../fold/temp-tables.ts';
import { aStore } from '../test-support/a-store.ts';
import { compareWithRaw } from './compare.ts';
import { differingTotals } from './totals.ts';

test('keys of touched units are looked up in a hash, not compared with every unit', async () => {
  await using store = await aStore();
  const plan = await store.db.transaction().execute(async (trx) => {
    await makeTempTables(trx);
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${differingTotals('red')}`.execute(trx);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  // One for each kind of totals.
  expect(new Set(plan.match(/hashed SubPlan \d+/g)).size).toBe(3);
});

test('a unit that began to work, or called a model last, before quarter hours were dropped differs only by the day', async () => {
  await using store = await aStore();
  const now = Date.parse('2026-06-15T12:00:00.000Z');
  await store.store([
    aRecord('llm_call', { at: '2026-04-01T09:20:00.000Z', agent_id: 'a', model: 'm' }),
    aRecord('tool_call', { at: '2026-06-15T11:07:00.000Z', agent_id: 'a', tool_name: 'bash' }),
  ]);
  await foldTeam(store.db, 'red', { now });
  await expireRollups(store.db, Date.parse('2026-06-01T00:00:00.000Z'));
  const range = { from: new Date(now - 3_600_000), to: new Date(now) };
  expect(await compareWithRaw(store.db, 'red', range, { now })).toMatchObject({ differing: 0, examples: [] });
  await store.rows(`update unit_total set last_call_at = last_call_at - interval '1 day'`);
  expect(await compareWithRaw(store.db, 'red', range, { now })).toMatchObject({ differing: 1 });
});
