import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

const create = (auth: object, payload: object) =>
  t.gateway.http.inject({ method: 'POST', url: '/api/v1/keys', headers: { ...auth }, payload });
const list = (auth: object, query = '') =>
  t.gateway.http.inject({ method: 'GET', url: `/api/v1/keys${query}`, headers: { ...auth } });
const revoke = (auth: object, id: string) =>
  t.gateway.http.inject({ method: 'DELETE', url: `/api/v1/keys/${id}`, headers: { ...auth } });

test('an operator makes a key and its team; the key works, is listed without its secret, and dies when revoked', async () => {
  const made = await create(t.operator, { team_id: 'green', scopes: ['read', 'admin'], name: 'one' });
  expect(made.statusCode).toBe(201);
  const { id, key } = made.json();
  expect(key).toMatch(/^tt_[0-9A-Za-z]{12}_[0-9A-Za-z_-]{43}$/);
  const own = { authorization: `Bearer ${key}` };
  expect((await list(own)).json()).toMatchObject({ total: 1, keys: [{ id, team_id: 'green', name: 'one' }] });
  expect((await list(own)).body).not.toContain(key.split('_')[2]);

  expect((await revoke(t.operator, id)).statusCode).toBe(204);
  const rows = await t.db.selectFrom('audit_entry').select('action').where('team_id', '=', 'green').execute();
  expect(rows.map((row) => row.action).toSorted()).toEqual(['key.create', 'key.revoke', 'team.create']);
  const stored = await t.db.selectFrom('api_key').selectAll().where('key_id', '=', id).executeTakeFirstOrThrow();
  expect(stored.revoked_at).not.toBeNull();
  expect(JSON.stringify(stored)).not.toContain(key.split('_')[2]);
});

test('an admin of a team makes keys for it alone, and none that may more than its own', async () => {
  const admin = await t.as('red', 'admin', 'read');
  expect((await create(admin, { scopes: ['read'] })).json()).toMatchObject({ team_id: 'red', scopes: ['read'] });
  expect((await create(admin, { scopes: ['ingest'] })).statusCode).toBe(403);
  expect((await create(admin, { scopes: ['read'], team_id: 'blue' })).statusCode).toBe(404);
  await t.as('blue', 'read');
  const teams = (await list(admin)).json().keys.map((one: { team_id: string }) => one.team_id);
  expect(new Set(teams)).toEqual(new Set(['red']));
});

test('a team without a proper name, an unknown scope and an unknown field are refused by name', async () => {
  const answers = [
    await create(t.operator, { scopes: ['read'], team_id: '../x' }),
    await create(t.operator, { scopes: ['root'] }),
    await create(t.operator, { scopes: ['read'], team: 'x' }),
  ];
  expect(answers.map((answer) => [answer.statusCode, answer.json().errors[0].pointer])).toEqual([
    [400, '#/team_id'],
    [400, '#/scopes/0'],
    [400, '#/team'],
  ]);
});
