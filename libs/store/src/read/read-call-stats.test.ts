import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { aStore, type AStore } from '../rollup/test-support/a-store.ts';
import { rankSums } from './rank-sums.ts';
import { readCallStats } from './read-call-stats.ts';

let store: AStore;
const at = '2026-06-14T10:00:00.000Z';
const now = Date.parse('2026-06-15T12:00:00.000Z');
const question = { teamId: 'red', span: { from: null, to: now }, now, filter: {} };

beforeAll(async () => {
  store = await aStore();
  const call = { at, service_name: 'gateway', task_id: 't' };
  await store.store([
    aRecord('service_call', { ...call, category: 'llm', duration_ms: 10 }),
    aRecord('service_call', { ...call, category: 'llm', duration_ms: 10 }),
    aRecord('service_call', { ...call, category: 'external', duration_ms: 5_000 }),
    aRecord('tool_call', { at, tool_name: 'bash', agent_id: 'agent-2', duration_ms: 300 }),
  ]);
  await foldTeam(store.db, 'red');
});
afterAll(() => store[Symbol.asyncDispose]());

test('a service of two categories has the percentiles of each', async () => {
  const { rows } = await readCallStats(store.db, 'service', question);
  expect(rows.map(({ name, category, calls }) => [name, category, calls])).toEqual([
    ['gateway', 'llm', 2],
    ['gateway', 'external', 1],
  ]);
  const [llm, external] = rows.map(({ p50_duration_ms: p50, p99_duration_ms: p99 }) => ({ p50, p99 }));
  for (const ms of [llm?.p50, llm?.p99]) expect(Math.abs((ms ?? 0) / 10 - 1)).toBeLessThan(0.0101);
  for (const ms of [external?.p50, external?.p99]) expect(Math.abs((ms ?? 0) / 5_000 - 1)).toBeLessThan(0.0101);
});

test.each([0, 1, 2, 50])('from offset %i on, the total still counts all', async (offset) => {
  const services = await readCallStats(store.db, 'service', { ...question, limit: 1, offset });
  expect([services.total, services.rows.length]).toEqual([2, offset < 2 ? 1 : 0]);
  const tools = await readCallStats(store.db, 'tool', { ...question, limit: 1, offset });
  expect([tools.total, tools.rows.length]).toEqual([1, offset < 1 ? 1 : 0]);
  const agents = await rankSums(store.db, { ...question, by: 'agent_id', limit: 1, offset });
  expect([agents.total, agents.ranked.length]).toEqual([2, offset < 2 ? 1 : 0]);
  const tasks = await rankSums(store.db, { ...question, by: 'task_id', limit: 1, offset });
  expect([tasks.total, tasks.ranked.length]).toEqual([1, offset < 1 ? 1 : 0]);
});
