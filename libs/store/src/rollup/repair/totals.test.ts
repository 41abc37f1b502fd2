import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { makeTempTables } from '../fold/temp-tables.ts';
import { aStore } from '../test-support/a-store.ts';
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
