import type { Scope } from '@telltale/contracts/http/keys';
import { scope } from '@telltale/contracts/http/keys';
import { pagePaths } from '@telltale/contracts/pages';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aForm } from './test-support/a-form.ts';
import { createTestGateway, type TestGateway } from './test-support/test-gateway.ts';

/** How each route is called rightly. `foreign` is a path to an object of another team: it must not exist for us. `open` is what nobody in particular is answered with. `otlp`: refusals are google.rpc's. `form`: an upload. */
type Row = {
  url?: string;
  query?: string;
  payload?: object;
  foreign?: boolean;
  open?: number;
  otlp?: boolean;
  form?: boolean;
};

const theirPrice = '00000000-0000-4000-8000-000000000001';
const body = { records: [aRecord('metric')] };

/** One row a route. A route without a row fails the first test. */
const matrix: Record<string, Row> = {
  'GET /livez': {},
  'GET /readyz': {},
  'GET /readyz/artifacts': {},
  'GET /api/v1/health/deep': {},
  'GET /openapi.json': {},
  ...Object.fromEntries(Object.values(pagePaths).map((path) => [`GET ${path}`, {}])),
  'GET /page/assets/:file': { url: '/page/assets/none', open: 404 },
  'POST /page/session': { payload: { key: 'none' }, open: 403 },
  'GET /page/session': {},
  'POST /page/session/renew': {},
  'DELETE /page/session': {},
  'GET /page/status.json': {},
  'GET /api/v1/monitoring/system/health': {},
  'POST /api/v1/telemetry': { payload: body },
  'GET /api/v1/telemetry/producers/:producer_id': { url: '/api/v1/telemetry/producers/theirs', foreign: true },
  'GET /api/v1/agents': {},
  'GET /api/v1/agents/:agent_id/telemetry': { url: '/api/v1/agents/theirs/telemetry', foreign: true },
  'GET /api/v1/runs': {},
  'GET /api/v1/runs/:run_id': { url: '/api/v1/runs/theirs', foreign: true },
  'POST /api/v1/runs/stop': { payload: { agent_id: 'nobody' } },
  'POST /api/v1/runs/:run_id/:action': { url: '/api/v1/runs/theirs/stop', foreign: true },
  'POST /api/v1/runs/:run_id/token': { url: '/api/v1/runs/theirs/token', payload: {} },
  'POST /v1/traces': { payload: {}, otlp: true },
  'POST /v1/metrics': { payload: {}, otlp: true },
  'POST /v1/logs': { payload: {}, otlp: true },
  'GET /mcp': { open: 401 },
  'POST /mcp': { payload: {}, open: 401 },
  'DELETE /mcp': { open: 401 },
  'POST /api/v1/runners/poll': { payload: { runs: ['theirs'] } },
  'POST /api/v1/runners/tokens': { payload: {} },
  'POST /api/v1/runners/enroll': { payload: { token: 'ttr_none', host: 'vm-1' }, open: 401 },
  'GET /api/v1/runners': {},
  'PUT /api/v1/runners/:runner_id': {
    url: '/api/v1/runners/ours',
    payload: { host: 'vm-1', version: '1', running: 0 },
  },
  'DELETE /api/v1/runners/:runner_id': { url: '/api/v1/runners/theirs', foreign: true },
  'GET /api/v1/metrics/summary': {},
  'GET /api/v1/metrics/sessions': {},
  'GET /api/v1/metrics/sessions/:session_id': { url: '/api/v1/metrics/sessions/theirs', foreign: true },
  'GET /api/v1/metrics/costs': {},
  'GET /api/v1/metrics/llm': {},
  'GET /api/v1/metrics/tools': {},
  'GET /api/v1/metrics/tools/:name': { url: '/api/v1/metrics/tools/theirs', foreign: true },
  'GET /api/v1/metrics/services': {},
  'GET /api/v1/metrics/services/:name': { url: '/api/v1/metrics/services/theirs', foreign: true },
  'GET /api/v1/metrics/agents': {},
  'GET /api/v1/metrics/tasks': {},
  'GET /api/v1/metrics/timeseries': { query: 'metric=llm_calls' },
  'GET /api/v1/metrics/slow': {},
  'GET /api/v1/metrics/errors': {},
  'GET /api/v1/monitoring/tasks': {},
  'GET /api/v1/monitoring/tasks/:task_id': { url: '/api/v1/monitoring/tasks/theirs', foreign: true },
  'POST /api/v1/tasks': { payload: { crew_id: 'nightly' } },
  'POST /api/v1/tasks/cancel': { payload: { crew_id: 'nobody' } },
  'GET /api/v1/tasks/:task_id': { url: '/api/v1/tasks/theirs', foreign: true },
  'PUT /api/v1/tasks/:task_id/status': {
    url: '/api/v1/tasks/theirs/status',
    payload: { status: 'RUNNING' },
    foreign: true,
  },
  'POST /api/v1/tasks/:task_id/cancel': { url: '/api/v1/tasks/theirs/cancel', payload: {}, foreign: true },
  'POST /api/v1/tasks/:task_id/claim': {
    url: '/api/v1/tasks/theirs/claim',
    payload: { run_id: 'ours', runner_id: 'ours', host: 'vm-1' },
    foreign: true,
  },
  'POST /api/v1/tasks/:task_id/events': {
    url: '/api/v1/tasks/theirs/events',
    payload: { event_type: 'note' },
    foreign: true,
  },
  'POST /api/v1/tasks/:task_id/artifacts': {
    url: '/api/v1/tasks/theirs/artifacts',
    payload: { artifact_type: 'diff', uri: 'file:///diff', size_bytes: 1 },
    foreign: true,
  },
  'GET /api/v1/crews': {},
  'PUT /api/v1/crews': { payload: { runner_id: 'ours', host: 'vm-1', slots: 1, crews: [] } },
  'POST /api/v1/task-leases': {
    payload: { runner_id: 'ours', host: 'vm-1', crews: [{ crew_id: 'nobody', free: 1 }], free: 1 },
  },
  'GET /api/v1/task-leases': { query: 'runner_id=ours' },
  'PUT /api/v1/task-leases': { payload: { runner_id: 'ours', leases: [] } },
  'POST /api/v1/task-leases/:run_id/end': {
    url: '/api/v1/task-leases/theirs/end',
    payload: { runner_id: 'ours', task_id: 'theirs', end_reason: 'completed' },
    foreign: true,
  },
  'GET /api/v1/monitoring/delivery': {},
  'GET /api/v1/monitoring/endpoints': {},
  'GET /api/v1/monitoring/agents/:app_agent_id/memory/stats': {
    url: '/api/v1/monitoring/agents/theirs/memory/stats',
    foreign: true,
  },
  'GET /api/v1/calls': {},
  'GET /api/v1/logs': {},
  'GET /api/v1/git': {},
  'GET /api/v1/samples': {},
  'GET /api/v1/run-events': {},
  'GET /api/v1/artifacts': {},
  'POST /api/v1/artifacts': { form: true },
  'GET /api/v1/artifacts/:artifact_id': { url: `/api/v1/artifacts/${theirPrice}`, foreign: true },
  'GET /api/v1/artifacts/:artifact_id/metadata': { url: `/api/v1/artifacts/${theirPrice}/metadata`, foreign: true },
  'DELETE /api/v1/artifacts/:artifact_id': { url: `/api/v1/artifacts/${theirPrice}`, foreign: true },
  'GET /api/v1/team': {},
  'PUT /api/v1/team': { payload: { label_names: ['env'] } },
  'GET /api/v1/budgets': {},
  'GET /api/v1/budgets/status': { query: 'agent_id=theirs' },
  'POST /api/v1/budgets': { payload: { subject: 'team', period: 'day', limit_usd: 5 } },
  'DELETE /api/v1/budgets/:budget_id': { url: `/api/v1/budgets/${theirPrice}`, foreign: true },
  'GET /api/v1/runners/terms': { query: 'agent_id=theirs&run_id=theirs' },
  'POST /api/v1/runners/budgets': {
    payload: { holder: theirPrice, n: 1, run_id: 'theirs', slices: [], settled: [], wants: [] },
  },
  'GET /api/v1/limits': {},
  'PUT /api/v1/limits': { payload: { limits: { max_tokens: 1_000 } } },
  'GET /api/v1/prices': {},
  'POST /api/v1/prices': { payload: { version: 1, prices: [{ model: 'm', per_million: { input: 1 } }] } },
  'DELETE /api/v1/prices/:price_id': { url: `/api/v1/prices/${theirPrice}`, foreign: true },
  'POST /api/v1/prices/reprice': { payload: {} },
  'GET /api/v1/prices/reprice/:reprice_id': { url: `/api/v1/prices/reprice/${theirPrice}`, foreign: true },
  'GET /api/v1/dead-letters': {},
  'GET /api/v1/dead-letters/:letter_id': { url: `/api/v1/dead-letters/${theirPrice}`, foreign: true },
  'POST /api/v1/dead-letters/:letter_id/replay': { url: `/api/v1/dead-letters/${theirPrice}/replay`, foreign: true },
  'DELETE /api/v1/dead-letters/:letter_id': { url: `/api/v1/dead-letters/${theirPrice}`, foreign: true },
  'POST /api/v1/repair': { payload: { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' } },
  'GET /api/v1/repair/:repair_id': { url: `/api/v1/repair/${theirPrice}`, foreign: true },
  'POST /api/v1/keys': { payload: { scopes: ['admin'] } },
  'GET /api/v1/keys': {},
  'DELETE /api/v1/keys/:key_id': { url: '/api/v1/keys/theirs', foreign: true },
};

let t: TestGateway;
const keyOf = new Map<Scope, { authorization: string }>();
beforeAll(async () => {
  t = await createTestGateway();
  for (const one of scope.options) keyOf.set(one, await t.as('red', one));
  await t.db
    .insertInto('producer')
    .values({ team_id: 'blue', producer_id: 'theirs', floor: null, issued: null })
    .execute();
  const letter = { team_id: 'blue', letter_id: theirPrice, producer_id: 'theirs', seq: 1, record_id: null, kind: null };
  await t.db
    .insertInto('dead_letter')
    .values({ ...letter, reason: 'unreadable_batch', detail: 'd', payload: Buffer.from('{}') })
    .execute();
  const crew = { team_id: 'red', crew_id: 'nightly', runner_id: 'one', host: 'vm-1', slots: 1, running: 0 };
  await t.db
    .insertInto('crew')
    .values({ ...crew, profile: JSON.stringify({ crew_id: 'nightly' }) })
    .execute();
  const order = { team_id: 'blue', task_id: 'theirs', crew_id: null, scheduled: false, agent_id: 'a', created_by: 'x' };
  const unset = { session_id: null, repo_url: null, request_hash: null, runner_id: null, host: null, run_id: null };
  await t.db
    .insertInto('task_order')
    .values({ ...order, ...unset, status: 'PENDING', cancel_requested_by: null, error_message: null })
    .execute();
  const theirs = { team_id: 'blue', price_id: theirPrice, model: 'm', created_by: 'user:test' };
  await t.db.insertInto('price_override').values(theirs).execute();
  const runner = { team_id: 'blue', runner_id: 'theirs', name: 'vm-9', host: 'vm-9', version: null, key_id: null };
  await t.db.insertInto('runner').values(runner).execute();
  await t.db
    .insertInto('reprice_request')
    .values({ team_id: 'blue', reprice_id: theirPrice, model: null, dry_run: true, requested_by: 'user:test' })
    .execute();
  const span = { from_at: new Date(0), to_at: new Date(1) };
  await t.db
    .insertInto('repair_request')
    .values({ team_id: 'blue', repair_id: theirPrice, ...span, requested_by: 'user:test' })
    .execute();
});
afterAll(() => t[Symbol.asyncDispose]());

const nameOf = ({ method, url }: { method: string; url: string }) => `${method} ${url}`;
const headers = (one: Scope) => keyOf.get(one) ?? { authorization: 'none' };

function call(name: string, row: Row, auth: object, team = '') {
  const [method = '', url = ''] = name.split(' ');
  const target = `${row.url ?? url}?${row.query ?? ''}&${team}`;
  const form = aForm({ artifact_type: 'log' }, 'hello');
  const { payload, headers = {} } = row.form === true ? form : { payload: row.payload };
  const body = payload === undefined ? {} : { payload };
  return t.gateway.http.inject({ method: method as 'GET', url: target, headers: { ...auth, ...headers }, ...body });
}

/** google.rpc's numbers in our words. */
const rpcWords: Readonly<Record<number, string>> = { 5: 'not_found', 7: 'forbidden', 16: 'unauthenticated' };

/** What an answer says is wrong. */
function codeOf(answer: { json: () => { code: string | number } }, { otlp = false }: Row): string | number {
  const { code } = answer.json();
  return otlp ? (rpcWords[Number(code)] ?? code) : code;
}

test('every route has a row and every row a route', () => {
  const routes = t.gateway.routes.filter((route) => route.method !== 'HEAD').map(nameOf);
  expect(routes.toSorted()).toEqual(Object.keys(matrix).toSorted());
});

describe.each(Object.entries(matrix))('%s', (name, row) => {
  const rule = () => t.gateway.routes.find((route) => nameOf(route) === name)?.access ?? [];

  test('asks for a key, and for one with the right scope', async () => {
    const access = rule();
    if (access === 'open') {
      expect((await call(name, row, {})).statusCode).toBe(row.open ?? 200);
      return;
    }
    for (const wrong of [
      {},
      { authorization: 'Basic eDp5' },
      { authorization: `Bearer tt_${'0'.repeat(12)}_${'0'.repeat(43)}` },
    ]) {
      const answer = await call(name, row, wrong);
      expect([answer.statusCode, codeOf(answer, row)]).toEqual([401, 'unauthenticated']);
      expect(answer.headers['www-authenticate']).toContain('Bearer');
    }
    for (const one of scope.options.filter((other) => !access.includes(other))) {
      const answer = await call(name, row, headers(one));
      expect([answer.statusCode, codeOf(answer, row)]).toEqual([403, 'forbidden']);
    }
    for (const one of access) {
      const answer = await call(name, row, headers(one));
      expect(answer.statusCode).toBeLessThan(row.foreign === true ? 405 : 300);
    }
  });

  test('does not know another team', async () => {
    const [one] = rule() === 'open' ? [] : (rule() as Scope[]);
    if (one === undefined) return;
    const named = await call(name, row, headers(one), 'team_id=blue');
    expect([named.statusCode, codeOf(named, row)]).toEqual([404, 'not_found']);
    if (row.foreign !== true) return;
    const answer = await call(name, row, headers(one));
    expect([answer.statusCode, codeOf(answer, row)]).toEqual([404, 'not_found']);
  });

  test('offers no other method', async () => {
    const [, url = ''] = name.split(' ');
    const answer = await t.gateway.http.inject({ method: 'PATCH', url: row.url ?? url, payload: 'not json' });
    expect([answer.statusCode, answer.json().code]).toEqual([405, 'method_not_allowed']);
    expect(answer.headers['allow']).toContain(name.split(' ')[0]);
  });
});
