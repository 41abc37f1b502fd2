import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { aStore, type AStore } from '../rollup/test-support/a-store.ts';
import { listErrors } from './list-errors.ts';
import { listSlow } from './list-slow.ts';

let store: AStore;
const at = '2026-06-14T10:00:00.000Z';
const call = { at, model: 'opus', input_tokens: 10, output_tokens: 5 } as const;
const talk = { session_id: 's' } as const;
const failed = { at, model: 'opus', status: 'error', duration_ms: 40 } as const;

const blue = { agent_id: 'coder', session_id: 'b' } as const;
const tool = { ...blue, at, tool_name: 'bash', success: false, duration_ms: 6_100, error_message: 'exit 1' } as const;

const search = {
  at,
  service_name: 'search',
  trace_id: 't',
  span_id: 'a',
  attributes: { signal: 'span' },
} as const;

beforeAll(async () => {
  store = await aStore();
  await store.store([
    // One call that a proxy saw and its client told of, who knows the user.
    aRecord('llm_call', { ...call, ...talk, origin: 'proxy', request_id: 'q-1', duration_ms: 9_100 }),
    aRecord('llm_call', { ...call, ...talk, origin: 'otlp', request_id: 'q-1', duration_ms: 9_000, user_id: 'ann' }),
    // One whose proxy did not time it.
    aRecord('llm_call', { ...call, origin: 'proxy', request_id: 'q-2' }),
    aRecord('llm_call', { ...call, origin: 'otlp', request_id: 'q-2', duration_ms: 8_000 }),
    aRecord('llm_call', { ...failed, origin: 'proxy', request_id: 'q-3', error_message: 'overloaded' }),
    aRecord('llm_call', { ...failed, origin: 'otlp', request_id: 'q-3', error_message: '529', user_id: 'ann' }),
    aRecord('llm_call', { ...call, origin: 'sdk', duration_ms: 7 }),
    aRecord('tool_call', { at, tool_name: 'bash', duration_ms: 300 }),
  ]);
  await foldTeam(store.db, 'red');
  // Of another team: records that come again in a batch of another producer, and a use of a tool that two origins tell of.
  const again = [
    aRecord('llm_call', { ...call, ...blue, duration_ms: 6_000 }),
    aRecord('tool_call', { ...tool, tool_call_id: 'use-1' }),
    // Nothing names it: each that comes counts.
    aRecord('tool_call', { ...blue, at, tool_name: 'ls', success: true, duration_ms: 5_200 }),
    aRecord('service_call', { ...blue, ...search, duration_ms: 5_100 }),
  ];
  await store.store(again, { team: 'blue' });
  const span = { ...tool, tool_call_id: 'use-1', duration_ms: 6_200, error_message: 'exit 1, by the span' };
  const timedLater = { ...blue, at, tool_name: 'grep', success: true, tool_call_id: 'use-2' } as const;
  await store.store(
    [
      ...again,
      aRecord('tool_call', span),
      aRecord('tool_call', timedLater),
      aRecord('service_call', { ...blue, ...search, duration_ms: 5_000 }),
    ],
    { team: 'blue' },
  );
  await foldTeam(store.db, 'blue');
  await store.store([aRecord('tool_call', { ...timedLater, duration_ms: 5_500 })], { team: 'blue' });
  await foldTeam(store.db, 'blue');
});
afterAll(() => store[Symbol.asyncDispose]());

const slow = async (
  thresholdMs: number,
  more: { userId?: string; sessionId?: string; limit?: number } = {},
): Promise<number[]> =>
  (await listSlow(store.db, { teamId: 'red', limit: 10, ...more, thresholdMs })).map(({ duration_ms }) => duration_ms);
const errors = async (more: { userId?: string } = {}): Promise<string[]> =>
  (await listErrors(store.db, { teamId: 'red', limit: 10, ...more })).map(({ error }) => error);

test('a call that two origins saw is slow once, as the one says that is believed and timed it', async () => {
  expect(await slow(5_000)).toEqual([9_100, 8_000]);
  expect(await slow(5_000, { sessionId: 's' })).toEqual([9_100]);
});

test('a call that two origins saw failed once', async () => {
  expect(await errors()).toEqual(['overloaded']);
});

test('it is found by what only one of its origins knows', async () => {
  expect(await slow(5_000, { userId: 'ann' })).toEqual([9_000]);
  expect(await errors({ userId: 'ann' })).toEqual(['529']);
});

test('any threshold is answered, whether or not calls of its duration are indexed', async () => {
  expect(await slow(0)).toEqual([9_100, 8_000, 300, 40, 7]);
  expect(await slow(300)).toEqual([9_100, 8_000, 300]);
  expect(await slow(10, { limit: 2 })).toEqual([9_100, 8_000]);
});

test('what came twice, or was told by two origins, is listed as often as it counts', async () => {
  const slowest = await listSlow(store.db, { teamId: 'blue', limit: 10, thresholdMs: 5_000 });
  expect(slowest.map(({ name, duration_ms }) => [name, duration_ms])).toEqual([
    ['bash', 6_100],
    ['opus', 6_000],
    // The record that counts did not time it.
    ['grep', 5_500],
    ['ls', 5_200],
    ['ls', 5_200],
    // Its span came again.
    ['search', 5_100],
  ]);
  const counted = `select tool_calls::int as tools from rollup where team_id = $1 and cube = 'team' and grain = 0`;
  expect(await store.rows(counted, ['blue'])).toEqual([{ tools: 4 }]);
  const failures = await listErrors(store.db, { teamId: 'blue', limit: 10, sessionId: 'b' });
  expect(failures.map(({ error }) => error)).toEqual(['exit 1']);
});
