import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldTeam } from './fold/fold-team.ts';
import { compareWithRaw } from './repair/compare.ts';
import { aStore, type AStore } from './test-support/a-store.ts';
import { tidyBuckets } from './tidy-buckets.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The day before yesterday, which has partitions in every test database. */
const day = (Math.floor(Date.now() / dayMs) - 2) * dayMs;

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(() => store[Symbol.asyncDispose]());

/** Quarter hours of the whole day, each hour folded by itself, of three agents. */
async function aDay(team: string): Promise<void> {
  for (let hour = 0; hour < 24; hour += 6) {
    const records = ['a', 'b', 'c'].flatMap((agent_id) =>
      [0, 1, 2, 3].map((quarter) =>
        aRecord('llm_call', {
          agent_id,
          model: `model-${agent_id}`,
          at: new Date(day + hour * hourMs + (quarter * hourMs) / 4).toISOString(),
          input_tokens: 10,
        }),
      ),
    );
    await store.store(records, {
      team,
      costOf: () => ({ cost_usd: '0.1', cost_source: 'computed', price_version: '1' }),
    });
    await foldTeam(store.db, team);
  }
}

const everything = (team: string) =>
  store.rows('select * from rollup where team_id = $1 order by series_id, grain, bucket', [team]);
/** Of the cubes that are put in order, where a row of a length lies and where it should. */
const places = (team: string, table: 'rollup_quarter' | 'rollup_two_hours') =>
  store.rows<{ is: number; should: number }>(
    `select (row_number() over (order by r.ctid))::int as is, (row_number() over (order by r.series_id, r.bucket))::int as should
     from ${table} r where r.team_id = $1 and r.cube = any($2)`,
    [
      team,
      ['place', 'place_model', 'team', 'model', 'user', 'project', 'host', 'user_model', 'project_model', 'host_model'],
    ],
  );
const isOrdered = (rows: readonly { is: number; should: number }[]): boolean =>
  rows.every(({ is, should }) => is === should);

test('rows of past days are put beside each other by series, and nothing else about them changes', async () => {
  await aDay('red');
  const before = await everything('red');
  expect(isOrdered(await places('red', 'rollup_quarter'))).toBe(false);
  expect(isOrdered(await places('red', 'rollup_two_hours'))).toBe(false);

  expect(await tidyBuckets(store.db, 'red', day + dayMs + 2 * hourMs)).toMatchObject({ day: null, more: false });
  const now = day + dayMs + 4 * hourMs;
  const done = await tidyBuckets(store.db, 'red', now);
  expect(done).toMatchObject({ day: new Date(day).toISOString().slice(0, 10), more: true });
  expect(await tidyBuckets(store.db, 'red', now)).toEqual({ day: null, rows: 0, more: false });

  expect(isOrdered(await places('red', 'rollup_quarter'))).toBe(true);
  expect(isOrdered(await places('red', 'rollup_two_hours'))).toBe(true);
  expect(await everything('red')).toEqual(before);
  const range = { from: new Date(day), to: new Date(day + dayMs) };
  expect(await compareWithRaw(store.db, 'red', range)).toMatchObject({ differing: 0 });
});

test('what comes late for such a day is folded as ever', async () => {
  await aDay('blue');
  await tidyBuckets(store.db, 'blue', day + 2 * dayMs);
  await store.store(
    [aRecord('llm_call', { agent_id: 'a', model: 'model-a', at: new Date(day + 60_000).toISOString() })],
    {
      team: 'blue',
    },
  );
  await foldTeam(store.db, 'blue');
  const range = { from: new Date(day), to: new Date(day + dayMs) };
  expect(await compareWithRaw(store.db, 'blue', range)).toMatchObject({ differing: 0 });
});

test('a team of which nothing is known has nothing to be put in order', async () => {
  expect(await tidyBuckets(store.db, 'nobody')).toEqual({ day: null, rows: 0, more: false });
});
