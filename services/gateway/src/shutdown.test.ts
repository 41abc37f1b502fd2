import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { createTestGateway } from './test-support/test-gateway.ts';

test('a stop answers who waits for a commit, closes idle connections and is done well within 8 s', async () => {
  await using t = await createTestGateway();
  const key = await t.as('red', 'ingest');
  const headers = { ...key, 'content-type': 'application/json' };
  const body = JSON.stringify({ records: [aRecord('metric')] });
  const idle = await fetch(`${t.gateway.url}/livez`);
  expect(idle.status).toBe(200);
  let entered = 0;
  t.gateway.http.server.on('request', () => (entered += 1));
  const waiting = fetch(`${t.gateway.url}/api/v1/telemetry?wait=stored`, { method: 'POST', headers, body });
  await expect.poll(() => entered).toBe(1);
  const started = performance.now();
  await t.gateway[Symbol.asyncDispose]();
  expect((await waiting).status).toBe(202);
  expect(performance.now() - started).toBeLessThan(4_000);
  await expect(fetch(`${t.gateway.url}/livez`)).rejects.toThrow();
});
