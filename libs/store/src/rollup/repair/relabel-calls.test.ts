import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { setTeam } from '../../config/team-settings.ts';
import { foldTeam } from '../fold/fold-team.ts';
import { aStore } from '../test-support/a-store.ts';
import { compareWithRaw } from './compare.ts';
import { recompute } from './recompute.ts';

const start = Math.floor(Date.now() / 900_000) * 900_000 - 900_000;
const at = (second: number): string => new Date(start + second * 1_000).toISOString();
const range = { from: new Date(start), to: new Date(start + 900_000) };
const allow = (labelNames: string[]) => ({ teamId: 'red', labelNames, actor: 'user:test' });

test('a repair gives calls, also those that several records saw, the labels their team allows now', async () => {
  await using store = await aStore();
  const { db } = store;
  await setTeam(db, allow(['tier']));
  const labels = { env: 'prod', tier: 'gold' };
  const seenTwice = { session_id: 's', request_id: 'q-1', labels };
  await store.store([
    aRecord('llm_call', { at: at(1), labels, input_tokens: 1 }),
    aRecord('tool_call', { at: at(1), labels }),
    aRecord('llm_call', { ...seenTwice, at: at(2), origin: 'otlp', input_tokens: 10 }),
    aRecord('llm_call', { ...seenTwice, at: at(3), origin: 'transcript', input_tokens: 10 }),
    aRecord('llm_call', { at: at(4), input_tokens: 100 }),
  ]);
  await foldTeam(db, 'red');
  const byLabels = () =>
    store.rows<{ labels: object | null; llm: string | null; tools: string | null }>(
      `select s.labels, sum(r.llm_calls) as llm, sum(r.tool_calls) as tools from rollup r
       join series s using (team_id, series_id) where s.cube = 'place' and r.grain = 0
       group by 1 having sum(r.records) > 0 order by 1 nulls last`,
    );
  expect(await byLabels()).toMatchObject([{ labels: { tier: 'gold' } }, { labels: null }]);

  await setTeam(db, allow(['env']));
  expect((await compareWithRaw(db, 'red', range)).differing).toBeGreaterThan(0);
  await recompute(db, 'red', range);
  const relabelled = await byLabels();
  expect(relabelled.map((row) => [row.labels, Number(row.llm), Number(row.tools ?? 0)])).toEqual([
    [{ env: 'prod' }, 2, 1],
    [null, 1, 0],
  ]);
  expect((await compareWithRaw(db, 'red', range)).differing).toBe(0);

  // A third record of the same call takes away exactly what the repair has put there.
  await store.store([aRecord('llm_call', { ...seenTwice, at: at(5), origin: 'proxy', input_tokens: 12 })]);
  await foldTeam(db, 'red');
  expect((await byLabels()).map((row) => [row.labels, Number(row.llm)])).toEqual([
    [{ env: 'prod' }, 2],
    [null, 1],
  ]);
  expect((await compareWithRaw(db, 'red', range)).differing).toBe(0);
});
