import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRepoPool, type RepoPool } from './repo-pool.ts';
import { serveRepoPool, type RepoPoolServer } from './serve-repo-pool.ts';

let folder = '';
let source = '';
let pool: RepoPool;
let server: RepoPoolServer;
const key = 'the key of this pool';
const log = createLog({ service: 'agent-runner', level: 'silent' });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'served-pool-'));
  source = join(folder, 'repositories/sample');
  mkdirSync(source, { recursive: true });
  const git = ['-c', 'user.name=T', '-c', 'user.email=t@telltale.invalid'];
  execFileSync('git', ['init', '-q', source]);
  execFileSync('git', [...git, '-C', source, 'commit', '-q', '--allow-empty', '-m', 'one']);
  const allowedFolders = [join(folder, 'repositories')];
  const env = { PATH: process.env['PATH'] };
  const options = { folder: join(folder, 'pool'), slotsPerRepository: 1, allowedFolders, env, clock: systemClock, log };
  pool = await createRepoPool(options);
  server = await serveRepoPool({ pool, key, host: '127.0.0.1', port: 0, log });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await pool[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const ask = async (method: string, path: string, body?: unknown, auth = `Bearer ${key}`) => {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const answer = await fetch(`${server.url}${path}`, { method, headers: { authorization: auth }, ...sent });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? null : (JSON.parse(text) as unknown) };
};
const wish = { required_by: 'task', timeout_seconds: 20 };

test('a slot is lent, shown and given back over HTTP', async () => {
  const lent = await ask('POST', '/slots', { ...wish, repo_url: source, holder_pid: process.pid });
  expect(lent.status).toBe(201);
  const { slot_id, path } = lent.body as { slot_id: string; path: string };
  expect(path.startsWith(folder)).toBe(true);
  expect(await ask('GET', `/slots/${slot_id}`)).toMatchObject({
    status: 200,
    body: { slot_id, state: 'allocated', required_by: 'task', since: expect.stringMatching(/Z$/) },
  });
  expect(await ask('GET', '/slots')).toMatchObject({ body: { slots: [{ slot_id, repo_url: source }] } });
  const late = await ask('POST', '/slots', { ...wish, repo_url: source, timeout_seconds: 0.05 });
  expect([late.status, late.body, late.headers.get('content-type')]).toEqual([
    503,
    expect.objectContaining({ code: 'SLOT_TIMEOUT' }),
    'application/problem+json; charset=utf-8',
  ]);
  expect((await ask('DELETE', `/slots/${slot_id}`)).status).toBe(204);
  expect((await ask('DELETE', `/slots/${slot_id}`)).status).toBe(204);
  await until(async () => Reflect.get(Object((await ask('GET', `/slots/${slot_id}`)).body), 'state') === 'free');
});

test('without the key there is only the probe', async () => {
  expect((await ask('GET', '/livez', undefined, '')).status).toBe(200);
  for (const auth of ['', 'Bearer', 'Bearer wrong', `Basic ${key}`]) {
    for (const [method, path] of [
      ['GET', '/slots'],
      ['POST', '/slots'],
      ['DELETE', '/slots/x'],
      ['GET', '/none'],
    ] as const) {
      const { status, body } = await ask(method, path, method === 'POST' ? wish : undefined, auth);
      expect([status, body]).toEqual([401, expect.objectContaining({ code: 'unauthenticated' })]);
    }
  }
});

test.each<[string, string, string, unknown, number]>([
  ['no JSON', 'POST', '/slots', '{', 400],
  ['no address', 'POST', '/slots', wish, 400],
  ['a hostile address', 'POST', '/slots', { ...wish, repo_url: 'ext::sh -c id' }, 400],
  ['an unknown field', 'POST', '/slots', { ...wish, repo_url: '/x', shell: true }, 400],
  ['a body that is too large', 'POST', '/slots', { repo_url: 'x'.repeat(70_000) }, 413],
  ['no such slot', 'GET', '/slots/none', undefined, 404],
  ['a slot that is no text', 'DELETE', '/slots/%ff', undefined, 404],
  ['another method', 'PUT', '/slots/none', undefined, 404],
  ['another path', 'GET', '/slots/a/b', undefined, 404],
])('%s is a problem document', async (_what, method, path, body, status) => {
  expect(await ask(method, path, body)).toMatchObject({ status, body: { status, code: expect.any(String) } });
});

test('the slot of a caller that hung up before the answer comes back', async () => {
  const holder = await pool.allocate({ repoUrl: source, requiredBy: 'first', timeoutMs: 20_000 });
  const body = JSON.stringify({ ...wish, repo_url: source, holder_pid: process.pid });
  const headers = { authorization: `Bearer ${key}`, 'content-length': Buffer.byteLength(body) };
  const left = request(`${server.url}/slots`, { method: 'POST', headers });
  left.on('error', () => undefined);
  left.end(body);
  await until(() => left.writableFinished);
  left.destroy();
  pool.release(holder.slot_id);
  await until(() => pool.list().every(({ state }) => state === 'free'));
});
