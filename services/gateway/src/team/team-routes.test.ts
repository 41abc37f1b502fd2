import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let admin: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  admin = await t.as('red', 'admin');
});
afterAll(() => t[Symbol.asyncDispose]());

const url = '/api/v1/team';
const set = (payload: object) => t.gateway.http.inject({ method: 'PUT', url, headers: admin, payload });

test('a team sets which labels its totals can be filtered by, and the change is audited', async () => {
  expect((await t.gateway.http.inject({ url, headers: admin })).json()).toMatchObject({
    team_id: 'red',
    label_names: [],
  });
  expect((await set({ label_names: ['env', 'tier'] })).json()).toMatchObject({ label_names: ['env', 'tier'] });
  expect((await set({ label_names: ['env'] })).json()).toMatchObject({ label_names: ['env'] });
  const repairs = await t.db.selectFrom('repair_request').select('requested_by').where('team_id', '=', 'red').execute();
  expect(repairs).toHaveLength(2);
  expect((await set({ label_names: ['env'] })).statusCode).toBe(200);
  const same = await t.db.selectFrom('repair_request').select('requested_by').where('team_id', '=', 'red').execute();
  expect(same).toHaveLength(2);
  const audited = await t.db
    .selectFrom('audit_entry')
    .select(['principal', 'object', 'detail'])
    .where('team_id', '=', 'red')
    .where('action', '=', 'team.set')
    .orderBy('at')
    .execute();
  expect(audited).toEqual([
    {
      principal: expect.stringContaining('service:test'),
      object: 'team:red',
      detail: { label_names: ['env', 'tier'], before: [] },
    },
    {
      principal: expect.stringContaining('service:test'),
      object: 'team:red',
      detail: { label_names: ['env'], before: ['env', 'tier'] },
    },
    expect.objectContaining({ detail: { label_names: ['env'], before: ['env'] } }),
  ]);
});

test('a list that is too long, holds a name twice or no name is refused with its place', async () => {
  const nine = Array.from({ length: 9 }, (_, index) => `l${index}`);
  for (const [label_names, pointer] of [
    [nine, '#/label_names'],
    [['env', 'env'], '#/label_names'],
    [['1env'], '#/label_names/0'],
    ['env', '#/label_names'],
  ] as const) {
    const answer = await set({ label_names });
    expect([answer.statusCode, answer.json().errors?.[0]?.pointer]).toEqual([400, pointer]);
  }
});

test('the operator sets up a team that nobody made yet', async () => {
  const asked = { url: `${url}?team_id=new`, headers: t.operator };
  expect((await t.gateway.http.inject(asked)).json()).toMatchObject({ team_id: 'new', created_at: null, known: false });
  const answer = await t.gateway.http.inject({ ...asked, method: 'PUT', payload: { label_names: ['env'] } });
  expect(answer.json()).toMatchObject({
    team_id: 'new',
    label_names: ['env'],
    created_at: expect.any(String),
    known: true,
  });
});

test('the team of an instance is known before anything is stored for it', async () => {
  const answer = await t.gateway.http.inject({ url: `${url}?team_id=default`, headers: t.operator });
  expect(answer.json()).toMatchObject({ team_id: 'default', created_at: null, known: true });
});

test('a team that a runner announced crews of is known, and gets tasks', async () => {
  const asked = { headers: t.operator, method: 'PUT', url: '/api/v1/crews?team_id=crewed' } as const;
  const crews = [{ crew_id: 'nightly' }];
  await t.gateway.http.inject({ ...asked, payload: { runner_id: 'r', host: 'vm-1', slots: 1, crews } });
  const created = { ...asked, method: 'POST', url: '/api/v1/tasks?team_id=crewed' } as const;
  const answer = await t.gateway.http.inject({ ...created, payload: { crew_id: 'nightly' } });
  expect([answer.statusCode, answer.json().crew_id]).toEqual([201, 'nightly']);
});

test('a team begins with a token of a runner, and what stops work asks nothing of it', async () => {
  const ask = async (path: string, payload: object) => {
    const asked = { method: 'POST', url: `/api/v1${path}?team_id=begun`, headers: t.operator, payload } as const;
    return (await t.gateway.http.inject(asked)).statusCode;
  };
  expect(await ask('/runs/stop', { all: true })).toBe(202);
  expect(await ask('/tasks/cancel', { all: true })).toBe(202);
  expect(await ask('/runners/tokens', {})).toBe(201);
});

const forTeams: [method: 'POST' | 'PUT', path: string, payload: object][] = [
  ['PUT', '/limits', { limits: { max_usd: 1 } }],
  ['POST', '/budgets', { subject: 'team', period: 'day', limit_usd: 1 }],
  ['POST', '/prices', { version: 1, prices: [{ model: 'house', per_million: { input: '1' } }] }],
  ['POST', '/prices/reprice', {}],
  ['POST', '/repair', { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }],
  ['POST', '/tasks', { crew_id: 'nightly' }],
];
test.each(forTeams)('the operator %ss %s for no team that nothing is known of', async (method, path, payload) => {
  const asks = (query: string) =>
    t.gateway.http.inject({ method, url: `/api/v1${path}${query}`, headers: t.operator, payload });
  const refused = await asks('?team_id=rde');
  expect(refused.json()).toMatchObject({
    status: 404,
    detail: expect.stringContaining('nothing is known of a team called rde'),
    errors: [{ parameter: 'team_id' }],
  });
  // Of a team that is known, and of the default one, it is taken, or refused for what is asked.
  for (const query of ['?team_id=red', '?team_id=default', ''])
    expect(JSON.stringify((await asks(query)).json())).not.toContain('nothing is known');
});
