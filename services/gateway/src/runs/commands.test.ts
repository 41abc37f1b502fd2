import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed, storeOnly } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
let admin: { authorization: string };
let runner: { authorization: string };
beforeAll(async () => {
  t = await createTestGateway();
  admin = await t.as('red', 'admin');
  runner = await t.as('red', 'ingest');
  const started = (run_id: string, agent_id: string) => aRecord('run_event', { run_id, agent_id, event: 'started' });
  await seed(t.databaseUrl, 'red', [
    started('r-1', 'builder'),
    started('r-2', 'builder'),
    started('r-3', 'tester'),
    started('r-over', 'builder'),
    aRecord('run_event', { run_id: 'r-over', agent_id: 'builder', event: 'ended', reason: 'completed' }),
  ]);
  await seed(t.databaseUrl, 'blue', [started('r-theirs', 'builder')]);
});
afterAll(() => t[Symbol.asyncDispose]());

type Command = { command_id: string; run_id: string; action: string; actor: string; only_watched?: boolean };
const post = async (url: string, payload: object | undefined, headers: object, prefer?: string) => {
  const more = prefer === undefined ? {} : { prefer };
  const answer = await t.gateway.http.inject({
    method: 'POST',
    url: `/api/v1${url}`,
    headers: { ...headers, ...more },
    ...(payload === undefined ? {} : { payload }),
  });
  const body = answer.json<{ commands: Command[]; code?: string }>();
  return { status: answer.statusCode, body };
};
const poll = (runs: string[], acknowledged: object[] = [], prefer?: string) =>
  post('/runners/poll', { runs, acknowledged }, runner, prefer);
const seen = ({ body }: { body: { commands: Command[] } }) =>
  body.commands.map(({ run_id, action }) => `${action} ${run_id}`);

test('what is asked of a run is told to its owner until it is acknowledged, with an audit row', async () => {
  const asked = await post('/runs/r-1/pause', undefined, admin);
  expect([asked.status, seen(asked)]).toEqual([202, ['pause r-1']]);
  expect(seen(await poll(['r-2']))).toEqual([]);
  const told = await poll(['r-1', 'r-2']);
  expect(seen(told)).toEqual(['pause r-1']);
  expect(told.body.commands[0]?.actor).toMatch(/^service:test \(key /);
  expect(seen(await poll(['r-1']))).toEqual(['pause r-1']);
  const done = { command_id: told.body.commands[0]?.command_id, outcome: 'paused' };
  expect(seen(await poll(['r-1'], [done]))).toEqual([]);
  const rows = await t.db.selectFrom('audit_entry').selectAll().where('action', '=', 'run.pause').execute();
  expect(rows).toMatchObject([{ team_id: 'red', object: 'run:r-1' }]);
  const stored = await t.db.selectFrom('run_command').select('outcome').where('run_id', '=', 'r-1').execute();
  expect(stored).toEqual([{ outcome: 'paused' }]);
});

test('an owner that waits is told at once', async () => {
  const before = performance.now();
  const waiting = poll(['r-2'], [], 'wait=20');
  await until(async () => (await post('/runs/r-2/stop', undefined, admin)).status === 202);
  expect(seen(await waiting)).toEqual(['stop r-2']);
  expect(performance.now() - before).toBeLessThan(10_000);
});

test('what another gateway took is found too', async () => {
  const waiting = poll(['r-3'], [], 'wait=20');
  await t.db
    .insertInto('run_command')
    .values({
      team_id: 'red',
      command_id: crypto.randomUUID(),
      run_id: 'r-3',
      action: 'resume',
      requested_by: 'x',
      outcome: null,
    })
    .execute();
  expect(seen(await waiting)).toEqual(['resume r-3']);
});

test('all runs of an agent, or of the team, stop with one word', async () => {
  expect(seen(await post('/runs/stop', { agent_id: 'builder' }, admin)).toSorted()).toEqual(['stop r-1', 'stop r-2']);
  expect(seen(await post('/runs/stop', { all: true }, admin)).toSorted()).toEqual(['stop r-1', 'stop r-2', 'stop r-3']);
  const rows = await t.db.selectFrom('audit_entry').selectAll().where('action', '=', 'runs.stop').execute();
  expect(rows.map(({ object, detail }) => [object, detail])).toEqual([
    ['agent:builder', { runs: 2 }],
    ['team:red', { runs: 3 }],
  ]);
});

test('a run can be asked as soon as its start is stored, and not any more once its end is, folded or not', async () => {
  const events = (run_id: string, ...said: ('started' | 'ended')[]) =>
    said.map((event) => aRecord('run_event', { run_id, agent_id: 'newcomer', event }));
  await storeOnly(t.databaseUrl, 'red', [...events('r-new', 'started'), ...events('r-short', 'started', 'ended')]);
  await storeOnly(t.databaseUrl, 'blue', events('r-foreign', 'started'));
  expect(seen(await post('/runs/stop', { agent_id: 'newcomer' }, admin))).toEqual(['stop r-new']);
  expect(seen(await post('/runs/r-new/pause', undefined, admin))).toEqual(['pause r-new']);
  expect((await post('/runs/r-short/stop', undefined, admin)).status).toBe(409);
  expect((await post('/runs/r-foreign/stop', undefined, admin)).status).toBe(404);
  await storeOnly(t.databaseUrl, 'red', events('r-new', 'ended'));
  expect(seen(await post('/runs/stop', { agent_id: 'newcomer' }, admin))).toEqual([]);
});

test('what has ended, is not there or is another team’s cannot be asked', async () => {
  expect(await post('/runs/r-over/stop', undefined, admin)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  expect((await post('/runs/nobody/stop', undefined, admin)).status).toBe(404);
  expect((await post('/runs/r-theirs/stop', undefined, admin)).status).toBe(404);
  expect((await post('/runs/r-1/explode', undefined, admin)).status).toBe(400);
  expect((await post('/runs/stop', {}, admin)).status).toBe(400);
});

test('a gateway that stops answers those who wait', async () => {
  const own = await createTestGateway();
  const headers = { ...(await own.as('red', 'runner')), prefer: 'wait=20' };
  const waiting = own.gateway.http.inject({
    method: 'POST',
    url: '/api/v1/runners/poll',
    headers,
    payload: { runs: ['x'] },
  });
  await until(async () => own.gateway.http.server.listening);
  const before = performance.now();
  await own[Symbol.asyncDispose]();
  await waiting.catch(() => undefined);
  expect(performance.now() - before).toBeLessThan(15_000);
});

test('what is only watched is told apart, before and after its start was folded; what may be acted on is not', async () => {
  const attached = (run_id: string, enforced: boolean) =>
    aRecord('run_event', { run_id, agent_id: 'foreign', event: 'attached', attributes: { enforced } });
  const green = await t.as('green', 'admin');
  await seed(t.databaseUrl, 'green', [attached('r-watched', false), attached('r-held', true)]);
  await storeOnly(t.databaseUrl, 'green', [attached('r-just-watched', false)]);
  const { body } = await post('/runs/stop', { agent_id: 'foreign' }, green);
  const told = body.commands.map(({ run_id, only_watched }) => [run_id, only_watched]);
  expect(told.toSorted()).toEqual([
    ['r-held', undefined],
    ['r-just-watched', true],
    ['r-watched', true],
  ]);
  expect((await post('/runs/r-watched/pause', undefined, green)).body.commands[0]).toMatchObject({
    only_watched: true,
  });
});
