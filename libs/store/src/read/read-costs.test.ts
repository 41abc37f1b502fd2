import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { aStore, type AStore } from '../rollup/test-support/a-store.ts';
import { readCosts } from './read-costs.ts';

let store: AStore;
const now = Date.parse('2026-06-15T12:00:00.000Z');
const dayAgo = now - 24 * 3_600_000;
const cost = { cost_usd: '0.25', cost_source: 'computed', price_version: 'v', derived_provider: 'openai' } as const;
const call = (at: string, ofTask: { task_id?: string } = {}) =>
  aRecord('llm_call', { at, ...ofTask, session_id: 's', model: 'm' });

beforeAll(async () => {
  store = await aStore();
  const records = [
    call('2026-06-14T09:10:00.000Z', { task_id: 'early' }),
    call('2026-06-14T09:20:00.000Z', { task_id: 'across' }),
    call('2026-06-14T12:07:00.000Z', { task_id: 'across' }),
    call('2026-06-14T11:59:00.000Z'),
    call('2026-06-15T01:00:00.000Z'),
    // Something of it lies within, its only call does not.
    aRecord('tool_call', { at: '2026-06-14T18:00:00.000Z', task_id: 'early', session_id: 's', tool_name: 'bash' }),
  ];
  const apart = ['10:00', '13:00', '09:00'].map((time) => [call(`2026-06-14T${time}:00.000Z`, { task_id: 'apart' })]);
  for (const batch of [records, ...apart]) {
    await store.store(batch, { costOf: () => cost });
    await foldTeam(store.db, 'red', { now });
  }
});
afterAll(() => store[Symbol.asyncDispose]());

const costsByTask = async (): Promise<unknown[]> => {
  const question = { teamId: 'red', span: { from: dayAgo, to: now }, now, filter: {} };
  const { groups } = await readCosts(store.db, { ...question, groupBy: 'task', timeZone: 'UTC' });
  return groups.map(({ key, cost_usd, calls }) => [key, cost_usd, calls]);
};
const costs = [
  ['across', 0.25, 1],
  ['apart', 0.25, 1],
  [null, 0.25, 1],
];

test('a task that lies across the beginning of a period has the calls within, in whatever order they came', async () => {
  expect(await costsByTask()).toEqual(costs);
});

test('units without the id are as many as they like', async () => {
  await store.rows(
    `insert into unit_total (team_id, series_id, cube, agent_id, first_at, last_at, records)
    select 'red', gen_random_uuid(), 'unit', 'other', $1::timestamptz, $1::timestamptz, 1 from generate_series(1, 4100)`,
    [new Date(dayAgo + 3_600_000)],
  );
  expect(await costsByTask()).toEqual(costs);
});
