import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pagePaths } from '@telltale/contracts/pages';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

const script = 'console.log("the dashboard");';
let folder: string;
let t: TestGateway;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><div id="telltale"></div>');
  writeFileSync(join(folder, 'assets/app-abc123.js'), script);
  writeFileSync(join(folder, 'assets/app-abc123.js.gz'), gzipSync(script));
  t = await createTestGateway({ dashboardFolder: folder });
  const started = aRecord('run_event', { event: 'started', run_id: 'r', command: 'make' });
  await seed(t.databaseUrl, 'red', [started]);
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** As a browser or a proxy would ask: with headers that `fetch` does not let one set. */
const status = (headers: Record<string, string>) =>
  new Promise<{ running: object[] | null; version: string; command: string }>((resolve, reject) => {
    const asked = request(`${t.gateway.url}/page/status.json`, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    asked.on('error', reject).end();
  });

test('every address of the dashboard answers with its page, without a key and under a policy that lets only our files run', async () => {
  for (const path of Object.values(pagePaths)) {
    const page = await t.gateway.http.inject(path.replace(':id', 'an%20id'));
    expect([path, page.statusCode]).toEqual([path, 200]);
    expect(page.body).toContain('<div id="telltale">');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none';script-src 'self';style-src 'self';/);
  }
});

test('a browser at an address that is none sees the page, which says so; a program gets a problem', async () => {
  const ask = (url: string, accept: string) => t.gateway.http.inject({ url, headers: { accept } });
  const browser = 'text/html,application/xhtml+xml,*/*;q=0.8';
  const page = await ask('/agent/mistyped', browser);
  expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  expect(page.body).toContain('<div id="telltale">');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  for (const [url, accept] of [
    ['/agent/mistyped', '*/*'],
    ['/api/v1/nothing', browser],
    ['/page/assets/gone.js', browser],
  ] as const) {
    const problem = await ask(url, accept);
    expect([problem.statusCode, problem.json()]).toMatchObject([404, { code: 'not_found' }]);
  }
});

test('a file with a hash in its name is kept for ever, and sent packed to who takes that', async () => {
  const url = '/page/assets/app-abc123.js';
  const plain = await t.gateway.http.inject(url);
  expect([plain.statusCode, plain.body]).toEqual([200, script]);
  expect(plain.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  });
  const packed = await t.gateway.http.inject({ url, headers: { 'accept-encoding': 'br;q=0, gzip' } });
  expect(packed.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(packed.rawPayload).toString()).toBe(script);
  for (const other of ['app-other.js', '..%2Findex.html', 'app-abc123.js.gz']) {
    expect((await t.gateway.http.inject(`/page/assets/${other}`)).statusCode).toBe(404);
  }
});

test('without a built dashboard the page says how to build it', async () => {
  await using bare = await createTestGateway({ dashboardFolder: join(folder, 'nothing') });
  const page = await bare.gateway.http.inject('/');
  expect([page.statusCode, page.body]).toEqual([200, expect.stringContaining('apps/dashboard/build/main.ts')]);
});

test('what is running is told to a client on this machine, and to nobody who came by another way', async () => {
  const local = await status({});
  expect(local).toMatchObject({
    running: [{ agent_id: 'agent-1', command: 'make', team_id: 'red', last_at: expect.any(String) as string }],
  });
  expect(local.command).toMatch(/^\/.*telltale run --agent/);
  for (const headers of [{ host: 'evil.example' }, { 'x-forwarded-for': '203.0.113.5' }, { forwarded: 'for=x' }]) {
    const answer = await status(headers);
    expect(answer.running).toBeNull();
    expect(answer.version).toBe(local.version);
    expect(JSON.stringify(answer)).not.toContain('PostgreSQL');
  }
});
