import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { aStore } from '../test-support/a-store.ts';
import { foldTeam } from './fold-team.ts';

test('the planner knows of a burst of sessions as soon as they are there, and is not asked to count for a few', async () => {
  await using store = await aStore();
  const rowsKnown = async (): Promise<number> => {
    const [row] = await store.rows(`select reltuples::int as known from pg_class where relname = 'series'`);
    return Number(row?.['known']);
  };
  const sessions = (team: string, count: number) =>
    Array.from({ length: count }, (_none, at) =>
      aRecord('llm_call', { session_id: `${team}-${at}`, user_id: `u-${at}` }),
    );
  await store.rows('alter table series set (autovacuum_enabled = off)');
  await store.store(sessions('few', 20), { team: 'few' });
  await foldTeam(store.db, 'few');
  expect(await rowsKnown()).toBe(-1);
  await store.store(sessions('many', 700), { team: 'many' });
  await foldTeam(store.db, 'many');
  expect(await rowsKnown()).toBeGreaterThan(2_000);
});
