import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { requestReprice } from '../config/prices/reprice-requests.ts';
import { repriceStep } from '../rollup/reprice/reprice-step.ts';
import { aStore, type AStore } from '../rollup/test-support/a-store.ts';
import { listCalls } from './list-calls.ts';
import { listGit } from './list-git.ts';
import { listLogs } from './list-logs.ts';
import { listSamples } from './list-samples.ts';

let store: AStore;
const early = '2026-06-14T10:00:00.000Z';
const late = '2026-06-15T10:00:00.000Z';
const page = { teamId: 'red', order: 'asc', after: null, limit: 20, offset: 0 } as const;

beforeAll(async () => {
  store = await aStore();
  await store.store([aRecord('log_entry', { at: early, agent_id: 'known', session_id: 's', message: 'folded' })]);
  await foldTeam(store.db, 'red');
  const ids = { at: late, session_id: 's', task_id: 't' };
  await store.store([
    aRecord('log_entry', { ...ids, agent_id: 'known', message: 'of a known agent' }),
    aRecord('log_entry', { ...ids, agent_id: 'new', message: 'of a new agent' }),
    aRecord('log_entry', { at: late, agent_id: 'new', session_id: 'other', message: 'of another session' }),
    aRecord('git_activity', { ...ids, agent_id: 'new' }),
    aRecord('process_sample', { ...ids, agent_id: 'new' }),
    aRecord('tool_call', { ...ids, agent_id: 'new' }),
  ]);
  await store.store([aRecord('log_entry', { at: late, agent_id: 'new', session_id: 's' })], { team: 'blue' });
});
afterAll(() => store[Symbol.asyncDispose]());

const messages = async (asked: object) =>
  (await listLogs(store.db, { ...page, ...asked })).records.map((record) => record['message']);

test('records are listed as soon as they are stored, folded or not', async () => {
  expect(await messages({})).toEqual(['folded', 'of a known agent', 'of a new agent', 'of another session']);
  expect(await messages({ sessionId: 's' })).toEqual(['folded', 'of a known agent', 'of a new agent']);
  expect(await messages({ taskId: 't' })).toEqual(['of a known agent', 'of a new agent']);
  expect((await listGit(store.db, page)).records).toHaveLength(1);
  expect((await listSamples(store.db, { ...page, sessionId: 's' })).records).toHaveLength(1);
  expect((await listCalls(store.db, { ...page, kind: 'tool_call' })).records).toHaveLength(1);
});

test('a period shows what a known agent did after the last fold, and each record once when it is folded', async () => {
  const after = ['of a known agent', 'of a new agent', 'of another session'];
  expect(await messages({ from: late })).toEqual(after);
  expect(await messages({ to: late })).toEqual(['folded']);
  await foldTeam(store.db, 'red');
  expect(await messages({ from: late })).toEqual(after);
});

test('a call shows what it costs now, after a repricing, whether one record tells of it or two', async () => {
  const team = { team: 'priced', costOf: () => ({ cost_usd: '1', cost_source: 'computed', price_version: 'first' }) };
  const ids = { at: late, session_id: 'p' };
  const alone = aRecord('llm_call', { ...ids, agent_id: 'alone' });
  const twice = [
    aRecord('llm_call', { ...ids, agent_id: 'twice', origin: 'proxy', request_id: 'q' }),
    aRecord('llm_call', { ...ids, agent_id: 'twice', origin: 'otlp', request_id: 'q' }),
  ];
  await store.store([alone, ...twice], team);
  await foldTeam(store.db, 'priced');
  const unfolded = aRecord('llm_call', { ...ids, agent_id: 'unfolded' });
  await store.store([unfolded], team);
  const wish = { teamId: 'priced', from: null, to: null, model: null, dryRun: false, actor: 'user:test' };
  const repriceId = await requestReprice(store.db, wish);
  const price = ({ origin }: { origin: string }) =>
    origin === 'otlp'
      ? { cost_usd: null, cost_source: 'unknown', price_version: 'second' }
      : { cost_usd: '2.5', cost_source: 'computed', price_version: 'second' };
  await repriceStep(store.db, { teamId: 'priced', repriceId, price, priceVersion: 'second' });
  const { records } = await listCalls(store.db, { ...page, teamId: 'priced', kind: 'llm_call' });
  const shown = new Map(records.map(({ id, cost_usd, price_version }) => [id, [cost_usd, price_version]]));
  expect([alone, ...twice, unfolded].map(({ id }) => shown.get(id))).toEqual([
    [2.5, 'second'],
    [2.5, 'second'],
    [undefined, 'second'],
    [1, 'first'],
  ]);
});
