import { request } from 'node:http';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
  const started = aRecord('run_event', { event: 'started', run_id: 'r', command: 'make' });
  await seed(t.databaseUrl, 'red', [started]);
});
afterAll(() => t[Symbol.asyncDispose]());

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

test('the first page needs no key, loads only our own files and names them all', async () => {
  const page = await t.gateway.http.inject('/');
  expect(page.statusCode).toBe(200);
  expect(page.body).toContain('<div id=');
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none';script-src 'self';style-src 'self';/);
  for (const [, link = ''] of page.body.matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)) {
    expect((await t.gateway.http.inject(link)).statusCode).toBe(200);
  }
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
