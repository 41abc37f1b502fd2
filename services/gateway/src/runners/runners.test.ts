import type { EnrolledRunner, RunnerInvitation, RunnerRow } from '@telltale/contracts/http/runners';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let admin: { authorization: string };
let reader: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  admin = await t.as('red', 'admin');
  reader = await t.as('red', 'read');
});
afterAll(() => t[Symbol.asyncDispose]());

type Answer<T> = { status: number; body: T };
async function ask(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  headers: object,
  payload?: object,
): Promise<Answer<unknown>> {
  const answer = await t.gateway.http.inject({
    method,
    url: `/api/v1${url}`,
    headers: { ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}
const invite = async (more: object = {}) =>
  (await ask('POST', '/runners/tokens', admin, more)) as Answer<RunnerInvitation>;
const enroll = async (token: string, host = 'vm-1') =>
  (await ask('POST', '/runners/enroll', {}, { token, host, version: '0.1.0' })) as Answer<
    EnrolledRunner & { code?: string }
  >;
const list = async () => ((await ask('GET', '/runners', reader)) as Answer<{ runners: RunnerRow[] }>).body.runners;
const beatBody = { host: 'vm-1', version: '0.1.0', running: 3 };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

test('a token makes one host a runner, once, with a key of its own that says what it does', async () => {
  const invited = await invite({ name: 'build host' });
  expect(invited.status).toBe(201);
  const enrolled = await enroll(invited.body.token);
  expect(enrolled).toMatchObject({ status: 201, body: { team_id: 'red', name: 'build host' } });
  expect(await enroll(invited.body.token)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  const { runner_id, key } = enrolled.body;

  expect(await list()).toMatchObject([{ runner_id, state: 'active', running: 0, last_seen_at: null }]);
  const beat = await ask('PUT', `/runners/${runner_id}`, bearer(key), { ...beatBody, draining: true });
  expect(beat).toMatchObject({
    status: 200,
    body: { state: 'draining', running: 3, host: 'vm-1', silent_since: null },
  });
  expect((await ask('PUT', '/runners/another', bearer(key), beatBody)).status).toBe(403);
  expect((await ask('POST', '/runners/poll', bearer(key), { runs: [] })).status).toBe(200);
  expect((await ask('GET', '/runners', bearer(key))).status).toBe(403);

  const rows = await t.db.selectFrom('audit_entry').selectAll().where('action', 'like', 'runner.%').execute();
  expect(rows.map(({ action, principal }) => [action, principal])).toEqual([
    ['runner.invite', expect.stringMatching(/^service:test \(key /)],
    ['runner.enroll', `runner_token:${invited.body.token_id}`],
  ]);
  expect(JSON.stringify(rows)).not.toContain(invited.body.token);
});

test('a token that is too old, changed or made up is nothing', async () => {
  const { token, token_id } = (await invite()).body;
  expect((await enroll(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).status).toBe(401);
  expect((await enroll(token.replace('ttr_', 'tt_'))).status).toBe(401);
  expect((await enroll('')).status).toBe(400);
  await t.db
    .updateTable('runner_token')
    .set({ expires_at: new Date(0) })
    .where('token_id', '=', token_id)
    .execute();
  expect((await enroll(token)).status).toBe(401);
  expect((await invite({ ttl_ms: 2 * 86_400_000 })).status).toBe(400);
});

test('two hosts with one token: one of them is a runner', async () => {
  const { token } = (await invite()).body;
  const both = await Promise.all([enroll(token, 'vm-2'), enroll(token, 'vm-3')]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 401]);
});

test('one that is not heard of for 15 s is silent since then, and heard of again when it speaks', async () => {
  const { runner_id, key } = (await enroll((await invite()).body.token)).body;
  await ask('PUT', `/runners/${runner_id}`, bearer(key), beatBody);
  const last = new Date(Date.now() - 16_000);
  await t.db.updateTable('runner').set({ last_seen_at: last }).where('runner_id', '=', runner_id).execute();
  const find = async () => (await list()).find((row) => row.runner_id === runner_id);
  expect(await find()).toMatchObject({ state: 'silent', silent_since: last.toISOString(), running: 3 });
  await ask('PUT', `/runners/${runner_id}`, bearer(key), beatBody);
  expect(await find()).toMatchObject({ state: 'active', silent_since: null });
});

test('a runner that is revoked is one no more, and its key opens nothing', async () => {
  const { runner_id, key, key_id } = (await enroll((await invite()).body.token)).body;
  expect((await ask('DELETE', `/runners/${runner_id}`, admin)).status).toBe(204);
  expect((await list()).find((row) => row.runner_id === runner_id)).toMatchObject({ state: 'revoked' });
  expect((await ask('PUT', `/runners/${runner_id}`, bearer(key), beatBody)).status).toBe(401);
  const { revoked_at } = await t.db
    .selectFrom('api_key')
    .select('revoked_at')
    .where('key_id', '=', key_id)
    .executeTakeFirstOrThrow();
  expect(revoked_at).not.toBeNull();
  expect((await ask('DELETE', '/runners/nobody', admin)).status).toBe(404);
});

test('a runner beside the gateway needs no enrolment, and cannot speak for one that was enrolled', async () => {
  const own = await t.as('red', 'runner');
  expect(await ask('PUT', '/runners/beside', own, beatBody)).toMatchObject({ status: 200, body: { key_id: null } });
  const { runner_id } = (await enroll((await invite()).body.token)).body;
  expect((await ask('PUT', `/runners/${runner_id}`, own, beatBody)).status).toBe(403);
});
