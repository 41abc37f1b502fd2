import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let tokens: { one: string; two: string };
let ingest: { authorization: string };
const run = (id: string, session: string, tokens: number) => {
  const own = { agent_id: 'builder', run_id: id, session_id: session };
  return [
    aRecord('run_event', { ...own, event: 'started', pid: 7 }),
    aRecord('llm_call', { ...own, model: 'sonnet', input_tokens: tokens, output_tokens: 1 }),
    aRecord('tool_call', { ...own, tool_name: `of-${id}`, duration_ms: 40, success: true }),
    aRecord('tool_call', { ...own, tool_name: `of-${id}`, duration_ms: 60, success: false }),
  ];
};

async function tokenOf(runId: string): Promise<string> {
  const answer = await t.gateway.http.inject({
    method: 'POST',
    url: `/api/v1/runs/${runId}/token`,
    headers: ingest,
    payload: {},
  });
  return answer.json().token;
}

beforeAll(async () => {
  t = await createTestGateway();
  ingest = await t.as('red', 'ingest');
  await seed(
    t.databaseUrl,
    'red',
    [...run('r-1', 's-1', 100), ...run('r-2', 's-2', 5_000)],
    new Map([['sonnet', '0.5']]),
  );
  tokens = { one: await tokenOf('r-1'), two: await tokenOf('r-2') };
});
afterAll(() => t[Symbol.asyncDispose]());

async function connect(token: string, query = ''): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${t.gateway.url}/mcp${query}`), { requestInit }));
  return client;
}

const totalOf = async (client: Client): Promise<unknown> => {
  const answer = await client.callTool({ name: 'get_metrics', arguments: { action: 'summary' } });
  return (answer.structuredContent as { total_tokens: unknown }).total_tokens;
};

test("a run's token sees that run: its tools, its numbers, not the team's", async () => {
  const client = await connect(tokens.one);
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(['get_metrics', 'get_budget', 'get_progress', 'get_run_history']);
  expect(await totalOf(client)).toBe(101);
  const other = await client.callTool({ name: 'get_metrics', arguments: { action: 'session', thread_id: 's-2' } });
  expect(other).toMatchObject({ isError: true });
  await client.close();
});

test.each(['summary', 'costs', 'tools', 'session', 'slow', 'errors'])(
  "a run's token is answered when it asks for %s",
  async (action) => {
    const client = await connect(tokens.one);
    const answer = await client.callTool({ name: 'get_metrics', arguments: { action } });
    expect(answer).not.toHaveProperty('isError', true);
    expect(JSON.stringify(answer)).not.toContain('r-2');
    await client.close();
  },
);

test("a run's token hears of the tools of its run, all or one of them", async () => {
  const client = await connect(tokens.one);
  const tools = async (more: object) =>
    (await client.callTool({ name: 'get_metrics', arguments: { action: 'tools', ...more } })).structuredContent;
  const own = { name: 'of-r-1', calls: 2, errors: 1, success_rate: 50, avg_duration_ms: 50, last_error: null };
  expect(await tools({ period: 'all' })).toMatchObject({ tools: [own] });
  expect(JSON.stringify(await tools({ tool_name: 'of-r-1' }))).toContain('"calls":2');
  const other = await client.callTool({ name: 'get_metrics', arguments: { action: 'tools', tool_name: 'of-r-2' } });
  expect(other).toMatchObject({ isError: true });
  await client.close();
});

test('a run that has just begun is told to ask again, and a question without an action what it may be', async () => {
  const client = await connect(await tokenOf('r-begun'));
  const text = async (name: string): Promise<unknown> => {
    const answer = await client.callTool({ name, arguments: {} });
    return { isError: answer.isError, content: answer.content };
  };
  const says = (words: string) => ({
    isError: true,
    content: [{ type: 'text', text: expect.stringContaining(words) }],
  });
  expect(await text('get_progress')).toEqual(says('nothing of this run is stored yet; ask again'));
  expect(await text('get_run_history')).toEqual(says('ask again in a few seconds'));
  expect(await text('get_metrics')).toEqual(says('action: say one of summary, costs'));
  await client.close();
});

test("a run's token tells what is left of its budgets", async () => {
  const budget = { subject: 'agent', subject_id: 'builder', period: 'total', limit_usd: 2, name: 'builder' };
  const headers = await t.as('red', 'admin');
  await t.gateway.http.inject({ method: 'POST', url: '/api/v1/budgets', headers, payload: budget });
  const client = await connect(tokens.one);
  const answer = await client.callTool({ name: 'get_budget', arguments: {} });
  expect(answer.structuredContent).toMatchObject({ accounts: [{ name: 'builder', spent: 1, remaining: 1 }] });
  expect(JSON.parse((answer.content as { text: string }[])[0]?.text ?? '')).toEqual({
    budgets: [{ budget: 'builder', left: '$1.00', spent: '$1.00 of $2.00' }],
  });
  await client.close();
});

test('each answer to a run says when most of a budget of it is spent', async () => {
  const budget = {
    subject: 'agent',
    subject_id: 'builder',
    period: 'total',
    limit_usd: 1.2,
    kind: 'soft',
    name: 'tight',
  };
  const headers = await t.as('red', 'admin');
  const made = await t.gateway.http.inject({ method: 'POST', url: '/api/v1/budgets', headers, payload: budget });
  const client = await connect(tokens.one);
  const answer = await client.callTool({ name: 'get_progress', arguments: {} });
  const texts = (answer.content as { text: string }[]).map(({ text }) => text);
  expect(texts).toHaveLength(2);
  expect(texts[1]).toMatch(/tight: \$0\.200? left/);
  const { budget_id: id } = made.json<{ budget_id: string }>();
  await t.gateway.http.inject({ method: 'DELETE', url: `/api/v1/budgets/${id}`, headers });
  await client.close();
});

test('each answer to a run says which of its own limits are near, and that it may hand back', async () => {
  const own = { agent_id: 'limited', run_id: 'r-limited', session_id: 's-limited' };
  const event = (fields: object) => aRecord('run_event', { ...own, event: 'limit', ...fields });
  const limits = { tokens: 1_000, timeout: 36_000_000, memory: 1_000 };
  await seed(
    t.databaseUrl,
    'red',
    [
      event({ event: 'started', pid: 7, evidence: { limits } }),
      aRecord('llm_call', { ...own, model: 'sonnet', input_tokens: 900, output_tokens: 50 }),
      event({ limit: 'tokens', value: 800, cap: 1_000, step: 'warn' }),
      event({ limit: 'memory', value: 850, cap: 1_000, step: 'warn' }),
      event({ limit: 'tool_loop', value: 5, cap: 5, step: 'warn' }),
      event({ limit: 'tool_loop', step: 'clear', at: new Date(Date.now() + 1_000).toISOString() }),
    ],
    new Map([['sonnet', '0.5']]),
  );
  const client = await connect(await tokenOf('r-limited'));
  const told = async (): Promise<string[]> => {
    const answer = await client.callTool({ name: 'get_progress', arguments: {} });
    return (answer.content as { text: string }[]).slice(1).map(({ text }) => text);
  };
  expect(await told()).toEqual([
    expect.stringMatching(/^This run has used most of what it may: tokens 95%, memory 85%[^]*in few calls\.$/),
  ]);
  const step = { event: 'step', step: 'hand_back', reason: 'tokens', limit: 'tokens' };
  await seed(t.databaseUrl, 'red', [event({ ...step, evidence: { word: 'hand-back-1234' } })], new Map());
  expect(await told()).toEqual([expect.stringMatching(/Hand back now[^]*\(hand-back-1234\)$/)]);
  const over = { ...step, step: 'handed_back', at: new Date(Date.now() + 2_000).toISOString() };
  await seed(t.databaseUrl, 'red', [event(over)], new Map());
  expect((await told())[0]).not.toContain('Hand back');
  await client.close();
});

test('two runs that ask at once with the same message ids each get their own answer', async () => {
  const clients = await Promise.all([connect(tokens.one), connect(tokens.two)]);
  const rounds = await Promise.all(Array.from({ length: 10 }, () => Promise.all(clients.map(totalOf))));
  for (const round of rounds) expect(round).toEqual([101, 5_001]);
  await Promise.all(clients.map((client) => client.close()));
});

test('a team key sees its team, and more tools only when it asks', async () => {
  const key = (await t.as('red', 'read')).authorization.slice('Bearer '.length);
  const client = await connect(key);
  expect(await totalOf(client)).toBe(6_052);
  expect((await client.listTools()).tools).toHaveLength(1);
  const wide = await connect(key, '?tools=team');
  const answer = await wide.callTool({ name: 'list_runs', arguments: {} });
  expect((answer.structuredContent as { runs: unknown[] }).runs).toHaveLength(3);
  await Promise.all([client.close(), wide.close()]);
});

const post = (headers: Record<string, string>) =>
  t.gateway.http.inject({
    method: 'POST',
    url: '/mcp',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    payload: { jsonrpc: '2.0', id: 1, method: 'ping' },
  });

test('no key, a forged or foreign token and a key that cannot read see nothing', async () => {
  expect((await post({})).statusCode).toBe(401);
  expect((await post({ authorization: `Bearer ${tokens.one}x` })).statusCode).toBe(401);
  expect((await post({ authorization: `Bearer ${tokens.one.replace('.', 'A.')}` })).statusCode).toBe(401);
  expect((await post(ingest)).statusCode).toBe(403);
});

test('a run token opens nothing else', async () => {
  const answer = await t.gateway.http.inject({
    url: '/api/v1/metrics/summary',
    headers: { authorization: `Bearer ${tokens.one}` },
  });
  expect(answer.statusCode).toBe(401);
});

test('a page whose name was made to point here is refused by the name it calls us', async () => {
  const authorization = `Bearer ${tokens.one}`;
  expect((await post({ authorization, host: 'evil.example.com' })).statusCode).toBe(403);
  expect((await post({ authorization, host: 'localhost:4400' })).statusCode).toBe(200);
});

test.each([
  ['http://evil.example', 403],
  ['http://198.51.100.7:4400', 403],
  ['http://localhost.evil.example', 403],
  ['null', 403],
  ['http://localhost:4400', 200],
  ['http://127.0.0.1:6274', 200],
])('a page of %s is answered with %i', async (origin, status) => {
  const headers = { authorization: `Bearer ${tokens.one}`, host: 'localhost:4400', origin };
  expect((await post(headers)).statusCode).toBe(status);
});

test('the token ends with the key that it was made for', async () => {
  const made = await t.as('red', 'ingest');
  const answer = await t.gateway.http.inject({
    method: 'POST',
    url: '/api/v1/runs/r-1/token',
    headers: made,
    payload: {},
  });
  const authorization = `Bearer ${answer.json().token}`;
  expect((await post({ authorization })).statusCode).toBe(200);
  const keyId = made.authorization.split('_')[1] ?? '';
  await t.gateway.http.inject({ method: 'DELETE', url: `/api/v1/keys/${keyId}?team_id=red`, headers: t.operator });
  expect((await post({ authorization })).statusCode).toBe(401);
});
