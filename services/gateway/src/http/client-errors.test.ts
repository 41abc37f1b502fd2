import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

async function sendBytes(bytes: string): Promise<{ head: string; problem: { code: string; detail: string } }> {
  const socket = connect(Number(new URL(t.gateway.url).port), '127.0.0.1');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { head, problem: JSON.parse(body) };
}

test('an address longer than any is refused with a problem that says so', async () => {
  const { head, problem } = await sendBytes(`GET /api/v1/runs?q=${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
  expect(head).toMatch(/^HTTP\/1\.1 400 /);
  expect(head).toContain('application/problem+json');
  expect(problem).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining('16 KiB') });
});

test('bytes that are no HTTP get the same kind of answer', async () => {
  expect((await sendBytes('nonsense\r\n\r\n')).problem.code).toBe('invalid_request');
});
