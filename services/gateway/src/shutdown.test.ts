import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { createTestGateway } from './test-support/test-gateway.ts';

test('a stop answers who waits for a commit, closes idle connections and is done within 8 s', async () => {
  await using t = await createTestGateway();
  const key = await t.as('red', 'ingest');
  const headers = { ...key, 'content-type': 'application/json' };
  const body = JSON.stringify({ records: [aRecord('metric')] });
  const idle = await fetch(`${t.gateway.url}/livez`);
  expect(idle.status).toBe(200);
  let entered = 0;
  t.gateway.http.server.on('request', () => (entered += 1));
  const waiting = fetch(`${t.gateway.url}/api/v1/telemetry?wait=stored`, { method: 'POST', headers, body });
  await until(() => entered === 1);
  const started = performance.now();
  await t.gateway[Symbol.asyncDispose]();
  expect((await waiting).status).toBe(202);
  expect(performance.now() - started).toBeLessThan(8_000);
  await expect(fetch(`${t.gateway.url}/livez`)).rejects.toThrow();
});

test('a request over an open connection while the server closes is a problem that says when to come back', async () => {
  await using t = await createTestGateway();
  const { server } = t.gateway.http;
  const arrived = once(server, 'connection');
  const socket = connect(Number(new URL(t.gateway.url).port), '127.0.0.1');
  await arrived;
  const closed = t.gateway.http.close();
  await until(() => !server.listening);
  socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1\.1 503 /);
  expect(head).toMatch(/\r\nretry-after: 2\r\n/i);
  expect(head).toMatch(/\r\ncontent-type: application\/problem\+json/i);
  expect(head).toMatch(/\r\nx-content-type-options: nosniff\r\n/i);
  expect(JSON.parse(body)).toMatchObject({ status: 503, code: 'unavailable' });
  await closed;
});
