import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TelltaleError, toProblem } from '@telltale/contracts/errors';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createRestClient } from './rest-client.ts';
import { createTelltaleApi } from './telltale-api.ts';

type Asked = { method: string | undefined; url: string | undefined; authorization: string | undefined; body: string };

async function serve(status: number, body: unknown, headers: Record<string, string> = {}) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      asked.push({
        method: request.method,
        url: request.url,
        authorization: request.headers.authorization,
        body: text,
      });
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, url, client: createRestClient({ url, key: 'tt_key', team: 'red' }) };
}

const anything = z.unknown();

test('the key may be given by the name that it has elsewhere', async () => {
  const { asked, url } = await serve(200, {});
  await createRestClient({ url, apiKey: 'tt_key' }).get('/anything', anything, {});
  expect(asked[0]?.authorization).toBe('Bearer tt_key');
});

test('a question carries the key, the team and only the parameters that are set', async () => {
  const { asked, client } = await serve(200, { runs: [], limit: 20, offset: 0 });
  const api = createTelltaleApi(client);
  expect(await api.runs({ agent_id: 'a b/c', status: 'ended', session_id: undefined, limit: 5 })).toMatchObject({
    runs: [],
  });
  expect(asked).toEqual([
    {
      method: 'GET',
      url: '/api/v1/runs?team_id=red&agent_id=a+b%2Fc&status=ended&limit=5',
      authorization: 'Bearer tt_key',
      body: '',
    },
  ]);
});

test('filters by label are parameters of their own', async () => {
  const { asked, client } = await serve(404, toProblem(new TelltaleError('not_found', 'no')));
  const api = createTelltaleApi(client);
  await api.summary({ labels: { env: 'prod', 'a.b': 'x y' }, period: 'day' }).catch(() => undefined);
  expect(asked[0]?.url).toBe('/api/v1/metrics/summary?team_id=red&label.env=prod&label.a.b=x+y&period=day');
});

test('ids with any character keep their place in the path', async () => {
  const { asked, client } = await serve(404, toProblem(new TelltaleError('not_found', 'no such session')));
  await expect(createTelltaleApi(client).session('a/b ?#é')).rejects.toMatchObject({ code: 'not_found' });
  expect(asked[0]?.url).toBe('/api/v1/metrics/sessions/a%2Fb%20%3F%23%C3%A9?team_id=red');
});

test('a refusal keeps its code, its fields and its Retry-After', async () => {
  const errors = [{ parameter: 'limit', code: 'too_small', detail: 'is not from 1 to 100' }];
  const refused = await serve(400, toProblem(new TelltaleError('invalid_request', 'limit: wrong', { errors })));
  await expect(refused.client.get('/runs', anything, { limit: 0 })).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'limit: wrong',
    errors,
  });
  const busy = await serve(429, toProblem(new TelltaleError('too_many_requests', 'slow down')), { 'retry-after': '3' });
  await expect(busy.client.get('/runs', anything)).rejects.toMatchObject({ code: 'too_many_requests', retryAfter: 3 });
});

test('a proxy in front, another version and nobody at all are told apart', async () => {
  const proxy = await serve(502, '<h1>bad gateway</h1>');
  await expect(proxy.client.get('/runs', anything)).rejects.toMatchObject({ code: 'unavailable' });
  const other = await serve(200, { runs: 'many' });
  await expect(createTelltaleApi(other.client).runs()).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('runs'),
  });
  const nobody = createRestClient({ url: 'http://127.0.0.1:1', key: 'k' });
  await expect(nobody.get('/runs', anything)).rejects.toMatchObject({ code: 'unavailable' });
});

test('keys are made with a body and revoked without an answer', async () => {
  const made = { id: 'i', key: 'tt_i_s', team_id: 'red', scopes: ['read'], name: 'n', expires_at: null };
  const first = await serve(201, made);
  expect(await createTelltaleApi(first.client).createKey({ scopes: ['read'], name: 'n' })).toEqual(made);
  expect(JSON.parse(first.asked[0]?.body ?? '')).toEqual({ scopes: ['read'], name: 'n' });
  const second = await serve(204, '');
  expect(await createTelltaleApi(second.client).revokeKey('i')).toBeUndefined();
  expect(second.asked[0]?.method).toBe('DELETE');
});
