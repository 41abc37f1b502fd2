import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let admin: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  admin = await t.as('red', 'admin');
});
afterAll(() => t[Symbol.asyncDispose]());

const [from, to] = ['2026-11-01T00:00:00.000Z', '2026-11-03T00:00:00.000Z'];
const post = async (payload: object) => {
  const answer = await t.gateway.http.inject({ method: 'POST', url: '/api/v1/repair', headers: admin, payload });
  return { status: answer.statusCode, body: answer.json() };
};

test('a repair is taken with its audit row, and can be followed', async () => {
  const { status, body } = await post({ from, to });
  expect([status, body]).toMatchObject([
    202,
    { team_id: 'red', state: 'waiting', from, to, repaired_to: null, differing: 0, error: null, ended_at: null },
  ]);
  const followed = await t.gateway.http.inject({ url: `/api/v1/repair/${body.id}`, headers: admin });
  expect(followed.json()).toEqual(body);
  const rows = await t.db.selectFrom('audit_entry').selectAll().where('action', '=', 'rollups.repair').execute();
  expect(rows).toMatchObject([{ team_id: 'red', object: `repair:${body.id}`, detail: { from, to } }]);
});

test.each([
  ['#/to', { from: to, to: from }],
  ['#/to', { from: '2020-01-01T00:00:00.000Z', to }],
  ['#/from', { to }],
])('a range that cannot be repaired names the field: %s', async (pointer, payload) => {
  const { status, body } = await post(payload);
  expect([status, body.errors]).toEqual([400, [expect.objectContaining({ pointer })]]);
});
