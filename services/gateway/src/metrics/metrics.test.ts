import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let red: { authorization: string };
/** Noon of the day before yesterday, so that its quarter hours are whole and its minutes may be gone. */
const noon = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 36 * 3_600_000;
const at = (minutes: number): string => new Date(noon + minutes * 60_000).toISOString();

const latencies = Array.from({ length: 200 }, (_, n) => 10 + n * 13.7);
const prices = new Map([
  ['opus', '1.000000001'],
  ['haiku', '0.25'],
]);

const records: TelemetryRecord[] = [
  ...latencies.map((duration_ms, n) =>
    aRecord('llm_call', {
      agent_id: `a-${n % 2}`,
      session_id: `s-${n % 4}`,
      task_id: 't',
      user_id: 'alice',
      provider: 'anthropic',
      model: n < 100 ? 'opus' : 'haiku',
      at: at(n),
      input_tokens: 10,
      output_tokens: 1,
      duration_ms,
      ttft_ms: 5,
    }),
  ),
  aRecord('llm_call', {
    agent_id: 'a-0',
    model: 'unpriced',
    at: at(0),
    status: 'error',
    error_message: 'no such model',
  }),
  ...latencies.map((duration_ms, n) =>
    aRecord('tool_call', {
      agent_id: 'a-0',
      session_id: 's-0',
      tool_name: 'bash',
      at: at(n),
      duration_ms,
      success: n % 10 > 0,
      error_message: `failure ${n}`,
    }),
  ),
  aRecord('tool_call', { agent_id: 'a-1', session_id: 's-1', tool_name: 'read', at: at(3), duration_ms: 9_000 }),
  aRecord('service_call', { agent_id: 'a-0', service_name: 'openai', at: at(1), duration_ms: 100 }),
  aRecord('service_call', {
    agent_id: 'a-0',
    service_name: 'github',
    at: at(2),
    duration_ms: 7_000,
    success: false,
    error_message: 'gone',
  }),
];

beforeAll(async () => {
  t = await createTestGateway();
  red = await t.as('red', 'read');
  await seed(t.databaseUrl, 'red', records, prices);
  await seed(t.databaseUrl, 'blue', [
    aRecord('tool_call', { tool_name: 'theirs', duration_ms: 99_999, success: false }),
  ]);
});
afterAll(() => t[Symbol.asyncDispose]());

const get = async (path: string) => {
  const answer = await t.gateway.http.inject({ url: `/api/v1/metrics${path}`, headers: red });
  return { status: answer.statusCode, body: answer.json() };
};

const exact = (values: number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1] ?? Number.NaN;
const within = (given: number, wanted: number): void => expect(Math.abs(given / wanted - 1)).toBeLessThan(0.0101);

test('every answer about a period tells the one that was read', async () => {
  const day = -3 * 1_440;
  for (const path of [
    'summary',
    'costs',
    'llm',
    'tools',
    'services',
    'sessions',
    'tasks',
    'agents',
    'slow',
    'errors',
  ]) {
    const { body } = await get(`/${path}?from=${at(day + 7)}&to=${at(day + 31)}`);
    expect(body, path).toMatchObject({ period_start: at(day), period_end: at(day + 45) });
  }
});

describe('costs', () => {
  test('by model are exact, most expensive first, and say how many calls have no price', async () => {
    expect((await get('/costs')).body).toEqual({
      period_start: null,
      period_end: expect.any(String),
      group_by: 'model',
      total_cost_usd: 125,
      groups: [
        { key: 'opus', cost_usd: 100, calls: 100, unpriced_calls: 0, partial: false, total_tokens: 1_100 },
        { key: 'haiku', cost_usd: 25, calls: 100, unpriced_calls: 0, partial: false, total_tokens: 1_100 },
        { key: 'unpriced', cost_usd: null, calls: 1, unpriced_calls: 1, partial: true, total_tokens: 0 },
      ],
      avg_cost_per_call: 0.625,
      avg_tokens_per_call: 10.945,
      unpriced_calls: 1,
      estimated_calls: 0,
      partial: true,
    });
  });

  test('say how many calls are in them at an estimated price, and so do totals', async () => {
    const calls = ['known', 'guessed', 'guessed', 'unknown'].map((model) => aRecord('llm_call', { model }));
    await seed(t.databaseUrl, 'green', calls, new Map(['known', 'guessed'].map((model) => [model, '0.5'])), [
      'guessed',
    ]);
    const headers = await t.as('green', 'read');
    const ask = async (path: string) =>
      (await t.gateway.http.inject({ url: `/api/v1/metrics/${path}`, headers })).json();
    const counts = { unpriced_calls: 1, estimated_calls: 2, partial: true };
    expect(await ask('costs')).toMatchObject({ total_cost_usd: 1.5, ...counts });
    expect(await ask('summary')).toMatchObject({ cost_usd: 1.5, ...counts });
    expect((await ask('llm')).models).toMatchObject([
      { model: 'guessed', estimated_calls: 2 },
      { model: 'known', estimated_calls: 0 },
      { model: 'unknown', estimated_calls: 0 },
    ]);
  });

  test.each([
    ['provider', ['anthropic', null]],
    ['session', ['s-0', 's-1', 's-2', 's-3', null]],
    ['agent', ['a-0', 'a-1']],
    ['task', ['t', null]],
    ['user', ['alice', null]],
  ])('by %s add up to the same total', async (group, keys) => {
    const { body } = await get(`/costs?group_by=${group}&period=week`);
    expect(body.groups.map((one: { key: string }) => one.key).toSorted()).toEqual(keys.toSorted());
    const sum = body.groups.reduce((total: number, one: { calls: number }) => total + one.calls, 0);
    expect([sum, body.total_cost_usd]).toEqual([201, 125]);
  });

  test('by day and hour follow the calendar of the zone, also of one with 45 minutes', async () => {
    const days = (await get('/costs?group_by=day')).body.groups;
    expect(days).toMatchObject([{ key: at(0).slice(0, 10), calls: 201, cost_usd: 125 }]);
    const hours = (await get('/costs?group_by=hour&from=' + at(0))).body.groups;
    expect(hours.map((one: { key: string; calls: number }) => [one.key, one.calls])).toEqual([
      [at(0), 61],
      [at(60), 60],
      [at(120), 60],
      [at(180), 20],
    ]);
    // Chatham is 12:45 or 13:45 ahead: noon in UTC is already the next day there, and hours start at a quarter past.
    const chatham = (await get('/costs?group_by=day&time_zone=Pacific/Chatham')).body.groups;
    expect(chatham).toMatchObject([{ key: at(24 * 60).slice(0, 10), calls: 201 }]);
    const [first] = (await get('/costs?group_by=hour&time_zone=Pacific/Chatham')).body.groups;
    expect(first).toMatchObject({ key: at(-45), calls: 16 });
    expect((await get('/costs?group_by=day&time_zone=Mars/Olympus')).body.errors).toMatchObject([
      { parameter: 'time_zone' },
    ]);
  });

  test('a filter narrows them, and one that no rollup holds is refused with what can be asked', async () => {
    expect((await get('/costs?model=opus&agent_id=a-1')).body).toMatchObject({ total_cost_usd: 50 });
    expect((await get('/costs?session_id=s-3&model=haiku')).body).toMatchObject({ total_cost_usd: 6.25 });
    expect((await get('/llm?session_id=s-3')).body).toMatchObject({ code: 'unsupported_filter' });
    const ofModel = (await get('/tools?model=m')).body;
    expect(ofModel).toMatchObject({ code: 'unsupported_filter', detail: expect.stringContaining('session_id') });
  });
});

test('models have their percentiles within one percent and their speed', async () => {
  const { body } = await get('/llm');
  const opus = body.models.find((one: { model: string }) => one.model === 'opus');
  const own = latencies.slice(0, 100);
  within(opus.p50_latency_ms, exact(own, 0.5));
  within(opus.p90_latency_ms, exact(own, 0.9));
  within(opus.p99_latency_ms, exact(own, 0.99));
  within(opus.p95_ttft_ms, 5);
  const seconds = own.reduce((sum, ms) => sum + ms, 0) / 1_000;
  expect(opus.tokens_per_second).toBeCloseTo(1_100 / seconds, 2);
  expect(opus).toMatchObject({ llm_calls: 100, cost_usd: 100, total_tokens: 1_100 });
  const unpriced = body.models.find((one: { model: string }) => one.model === 'unpriced');
  expect(unpriced).toMatchObject({ cost_usd: null, p50_latency_ms: null, tokens_per_second: 0, llm_errors: 1 });
});

test('tools have their success rate, percentiles and last error', async () => {
  const { body } = await get('/tools');
  expect(body).toMatchObject({ total: 2, limit: 10 });
  expect(body.tools.map((one: { name: string }) => one.name)).toEqual(['bash', 'read']);
  const bash = (await get('/tools/bash')).body;
  expect(bash).toMatchObject({ calls: 200, successes: 180, errors: 20, success_rate: 90, last_error: 'failure 190' });
  within(bash.p95_duration_ms, exact(latencies, 0.95));
  expect((await get('/tools/bash?agent_id=a-1')).status).toBe(404);
  expect((await get('/tools/theirs')).status).toBe(404);
  expect((await get('/tools?cursor=x')).body).toMatchObject({ code: 'invalid_cursor' });
});

test('services are told apart by whether they are models', async () => {
  const { body } = await get('/services');
  expect(body.llm).toMatchObject([{ name: 'openai', calls: 1, success_rate: 100, last_error: null }]);
  expect(body.external).toMatchObject([{ name: 'github', calls: 1, errors: 1, last_error: 'gone' }]);
  expect((await get('/services/github')).body).toMatchObject({ llm: [], external: [{ name: 'github' }] });
});

test('agents and tasks are ranked by what they cost', async () => {
  const { body } = await get('/agents?limit=1');
  expect(body).toMatchObject({
    total: 2,
    agents: [{ agent_id: 'a-0', cost_usd: 62.5, unpriced_calls: 1, tool_calls: 200 }],
  });
  expect((await get('/tasks')).body).toMatchObject({ total: 1, tasks: [{ task_id: 't', llm_calls: 200 }] });
});

test('slow calls come slowest first, failed ones newest first with counts by tool', async () => {
  expect((await get('/slow')).body.slow_operations).toMatchObject([
    { type: 'tool_call', name: 'read', duration_ms: 9_000, session_id: 's-1' },
    { type: 'service_call', name: 'github', duration_ms: 7_000 },
  ]);
  expect((await get('/slow?threshold_ms=2000&limit=3&agent_id=a-0')).body.slow_operations).toHaveLength(3);
  const { body } = await get('/errors?limit=2');
  expect(body.recent_errors).toMatchObject([
    { kind: 'tool_call', tool: 'bash', error: 'failure 190', timestamp: at(190) },
    { kind: 'tool_call', tool: 'bash', error: 'failure 180' },
  ]);
  expect(body.error_counts_by_tool).toEqual({ bash: 20 });
  expect(body.error_counts_by_kind).toMatchObject({ tool_call: 20 });
  expect((await get('/errors?limit=100')).body.recent_errors).toHaveLength(22);
});

test('what was slow or failed can be asked of one model, session, task or run', async () => {
  const slow = async (filter: string): Promise<number[]> =>
    (await get(`/slow?threshold_ms=2000&limit=3&${filter}`)).body.slow_operations.map(
      ({ duration_ms }: { duration_ms: number }) => Math.round(duration_ms),
    );
  const haiku = latencies.slice(100).toSorted((a, b) => b - a);
  expect(await slow('model=haiku')).toEqual(haiku.slice(0, 3).map(Math.round));
  expect(await slow('model=opus')).toEqual([]);
  expect(await slow('session_id=s-1')).toEqual([9_000, 2_709, 2_654]);
  expect(await slow('task_id=t')).toEqual(haiku.slice(0, 3).map(Math.round));
  expect(await slow('task_id=t&model=haiku&agent_id=a-0')).toHaveLength(3);
  expect(await slow('run_id=none')).toEqual([]);
  const { body } = await get('/errors?model=unpriced');
  expect(body).toMatchObject({
    recent_errors: [{ kind: 'llm_call', error: 'no such model' }],
    error_counts_by_tool: {},
    error_counts_by_kind: { llm_call: 1, tool_call: 0, service_call: 0 },
  });
  expect((await get('/errors?session_id=s-0&limit=100')).body.recent_errors).toHaveLength(20);
});

test('of more groups than an answer lists the rest is told, so that all add up to the total', async () => {
  const calls = Array.from({ length: 1_003 }, (_, index) =>
    aRecord('llm_call', {
      model: index === 0 ? 'unpriced' : 'opus',
      session_id: `session-${index}`,
      input_tokens: 2,
      output_tokens: 1,
    }),
  );
  await seed(t.databaseUrl, 'many', calls, new Map([['opus', '0.25']]));
  const headers = await t.as('many', 'read');
  const costs = (await t.gateway.http.inject({ url: '/api/v1/metrics/costs?group_by=session', headers })).json();
  expect(costs).toMatchObject({ total_cost_usd: 250.5, unpriced_calls: 1 });
  expect(costs.groups).toHaveLength(1_000);
  expect(costs.not_listed).toEqual({ cost_usd: 0.5, calls: 3, unpriced_calls: 1, partial: true, total_tokens: 9 });
  const byModel = (await t.gateway.http.inject({ url: '/api/v1/metrics/costs', headers })).json();
  expect(byModel.not_listed).toBeUndefined();
});

test('a session is told by all its time, or by a period of it', async () => {
  const [early, late] = [at(0), at(180)];
  const calls = [early, late].map((when) => aRecord('llm_call', { at: when, session_id: 'long', model: 'opus' }));
  await seed(t.databaseUrl, 'sessions', calls, new Map([['opus', '0.25']]));
  const headers = await t.as('sessions', 'read');
  const ask = async (query: string) =>
    (await t.gateway.http.inject({ url: `/api/v1/metrics/sessions/long${query}`, headers })).json();
  expect(await ask('')).toMatchObject({ llm_calls: 2, cost_usd: 0.5, started_at: early, last_activity: late });
  expect(await ask(`?from=${at(120)}`)).toMatchObject({ llm_calls: 1, cost_usd: 0.25, started_at: early });
  expect(await ask('?period=hour')).toMatchObject({ llm_calls: 0, cost_usd: 0, last_activity: late });
});
