import { connect } from 'node:net';
import { systemClock } from '@telltale/runtime/clock';
import { parseRecord } from '@telltale/contracts/records/parse-record';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { until } from '@telltale/testkit/until';
import { describe, expect, test } from 'vitest';
import { encoders, sse, startProvider, type Encoding } from '@telltale/testkit/fake-provider';
import { chatStream } from '@telltale/testkit/chat-stream';
import { answers } from '@telltale/testkit/provider-answers';
import { talk } from '../test-support/talk.ts';
import type { CallRecord } from '@telltale/answers/call-meter';
import type { CallGate } from './forward.ts';
import { startMeteringProxy } from './metering-proxy.ts';
import { createSpansBetweenRuns } from './span-between-runs.ts';
import { upstreamOf, type Upstream } from './upstreams.ts';

const newId = createUuidV7();
const json = { 'content-type': 'application/json', 'x-api-key': 'sk-secret-of-the-person' };
const bodyOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** A proxy in front of one upstream that stands for all. */
async function proxyTo(
  url: string,
  options: { gate?: CallGate; notices?: () => Record<string, string>; env?: Record<string, string> } = {},
) {
  const calls: CallRecord[] = [];
  const upstream = upstreamOf('openai', url) as Upstream;
  const proxy = await startMeteringProxy({
    upstreams: [upstream],
    onCall: (call) => {
      const parsed = parseRecord({ v: 1, id: newId(), at: new Date().toISOString(), agent_id: 'a', ...call });
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
      calls.push(call);
    },
    env: {},
    clock: systemClock,
    ...options,
  });
  const base = proxy.urls.get('openai') ?? '';
  return {
    base,
    calls,
    ask: (path: string, request: unknown, headers: Record<string, string> = {}) =>
      talk(`${base}${path}`, { headers: { ...json, ...headers }, body: bodyOf(request) }),
    called: async (): Promise<CallRecord> => {
      await until(() => calls.length > 0);
      return calls[0] as CallRecord;
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  };
}

describe('what a call used is read from its answer', () => {
  const encodings = Object.keys(encoders) as Encoding[];
  test.each(Object.entries(answers))('%s, in every coding', async (_name, { path, request, body, expected }) => {
    await using provider = await startProvider((asked, response) => {
      const encoding = (asked.headers['accept-encoding'] ?? 'identity') as Encoding;
      response.writeHead(200, { 'request-id': 'req_1', 'content-encoding': encoding });
      response.end(encoders[encoding](body));
    });
    for (const encoding of encodings) {
      await using proxy = await proxyTo(provider.url);
      const answer = await proxy.ask(path, request, { 'accept-encoding': encoding });
      expect(answer.body.equals(encoders[encoding](body))).toBe(true);
      expect(await proxy.called()).toMatchObject({ ...expected, origin: 'proxy', request_id: 'req_1' });
    }
    expect(provider.requests.every((asked) => asked.body.equals(bodyOf(request)))).toBe(true);
  });

  test('a call that goes through the proxies of a run within a run names its place between them, and to nobody else', async () => {
    const { body, request, path } = answers.anthropicStream;
    await using provider = await startProvider((_asked, response) => void response.end(body));
    await using outer = await proxyTo(provider.url);
    await using inner = await proxyTo(outer.base, { env: { TELLTALE_RUN_ID: 'the outer one' } });
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await inner.ask(path, request, { traceparent });
    const [around, within] = [await outer.called(), await inner.called()];
    expect(within).toMatchObject({
      trace_id: 'a'.repeat(32),
      parent_span_id: around.span_id,
      attributes: { signal: 'span' },
    });
    expect(around).toMatchObject({ trace_id: 'a'.repeat(32), parent_span_id: 'b'.repeat(16) });
    await outer.ask(path, request);
    await until(() => outer.calls.length === 2);
    expect(outer.calls[1]).not.toHaveProperty('span_id');
    expect(provider.requests.flatMap(({ headers }) => headers)).not.toContain('telltale-span');
  });

  test('a program that says the same place with every call has as many calls as it makes', async () => {
    const { body, request, path } = answers.anthropicStream;
    await using provider = await startProvider((_asked, response) => void response.end(body));
    await using outer = await proxyTo(provider.url);
    const [, wayIn = ''] = new URL(outer.base).pathname.split('/');
    const { onward = '' } = createSpansBetweenRuns({ wayIn: 'inner' }).of({}, wayIn) ?? {};
    for (const told of [`${'a'.repeat(32)}-${'b'.repeat(16)}`, onward, onward])
      await outer.ask(path, request, { 'telltale-span': told });
    await until(() => outer.calls.length === 3);
    expect(outer.calls.filter(({ span_id }) => span_id !== undefined)).toHaveLength(1);
  });

  test('a gateway on this machine is told nothing of runs, whatever its path looks like', async () => {
    const { body, request, path } = answers.anthropicStream;
    await using provider = await startProvider((_asked, response) => void response.end(body));
    for (const way of ['openai-proxy/v1', 'openai-proxy-of-mine/v1']) {
      await using proxy = await proxyTo(`${provider.url}/${way}`, { env: { TELLTALE_RUN_ID: 'the outer one' } });
      await proxy.ask(path, request);
      expect(await proxy.called()).not.toHaveProperty('span_id');
    }
    expect(provider.requests.flatMap(({ headers }) => headers)).not.toContain('telltale-span');
  });

  test('the time to the first content of a stream, and who asked, how often, in which trace', async () => {
    const { body, request } = answers.anthropicStream;
    await using provider = await startProvider((_asked, response) => void response.end(body));
    await using proxy = await proxyTo(provider.url);
    await proxy.ask('/v1/messages', request, {
      'x-claude-code-session-id': 'session-of-the-client',
      'x-stainless-retry-count': '2',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    });
    const call = await proxy.called();
    expect(call).toMatchObject({
      attempt: 3,
      trace_id: 'a'.repeat(32),
      parent_span_id: 'b'.repeat(16),
      attributes: { client_session_id: 'session-of-the-client', status_code: 200 },
    });
    expect(call.ttft_ms).toBeLessThanOrEqual(call.duration_ms ?? 0);
    expect(JSON.stringify(call)).not.toContain('sk-secret');
  });

  test('the cost that a gateway states is kept', async () => {
    await using provider = await startProvider((_asked, response) => {
      response.setHeader('x-litellm-response-cost', '0.0125');
      response.end(answers.chatWhole.body);
    });
    await using proxy = await proxyTo(provider.url);
    await proxy.ask('/v1/chat/completions', answers.chatWhole.request);
    expect(await proxy.called()).toMatchObject({ reported_cost_usd: 0.0125 });
  });

  test('counting tokens, listing models and files are no calls', async () => {
    await using provider = await startProvider((_asked, response) => void response.end('{}'));
    await using proxy = await proxyTo(provider.url);
    for (const path of ['/v1/messages/count_tokens', '/v1/files', '/v1/messages/batches']) await proxy.ask(path, {});
    expect((await talk(`${proxy.base}/v1/models`, { method: 'GET' })).body.toString()).toBe('{}');
    expect(proxy.calls).toEqual([]);
    expect(provider.requests).toHaveLength(4);
  });
});

describe('the way through', () => {
  test('headers pass both ways in their order and spelling; only the host is another, and telltale-* is added', async () => {
    await using provider = await startProvider((_asked, response) => {
      response.sendDate = false;
      response.writeHead(200, ['X-Odd-Case', '1', 'set-cookie', 'a=1', 'set-cookie', 'b=2', 'Content-Length', '2']);
      response.end('{}');
    });
    await using proxy = await proxyTo(provider.url, { notices: () => ({ 'telltale-notice': 'budget 80 %' }) });
    const answer = await talk(`${proxy.base}/v1/models?key=a%20b&x=1`, {
      method: 'GET',
      headers: { 'X-Api-Key': 'sk', 'X-CaSe': 'kept', accept: '*/*' },
    });
    const names = answer.raw.filter((_value, at) => at % 2 === 0);
    expect(names.filter((name) => !/^(?:connection|keep-alive)$/i.test(name))).toEqual([
      'X-Odd-Case',
      'set-cookie',
      'set-cookie',
      'Content-Length',
      'telltale-notice',
    ]);
    const [asked] = provider.requests;
    expect(asked?.url).toBe('/v1/models?key=a%20b&x=1');
    const sent = Object.fromEntries(
      Array.from(
        { length: (asked?.headers.length ?? 0) / 2 },
        (_v, at) => asked?.headers.slice(at * 2, at * 2 + 2) ?? [],
      ),
    ) as Record<string, string>;
    expect(sent).toMatchObject({ 'X-Api-Key': 'sk', 'X-CaSe': 'kept', accept: '*/*' });
    expect(sent['Host'] ?? sent['host']).toBe(new URL(provider.url).host);
  });

  test('a base path stays in front, and no request chooses where it goes', async () => {
    await using provider = await startProvider((_asked, response) => void response.end('{}'));
    await using proxy = await proxyTo(`${provider.url}/litellm/v1`);
    await talk(`${proxy.base}/models`, { method: 'GET', headers: { host: 'elsewhere.example' } });
    expect(provider.requests[0]?.url).toBe('/litellm/v1/models');
    const { origin } = new URL(proxy.base);
    expect((await talk(`${origin}/openai/v1/models`, { method: 'GET' })).status).toBe(404);
    expect((await talk(`${proxy.base.replace('/openai', '/other')}/x`, { method: 'GET' })).status).toBe(404);
    expect(provider.requests).toHaveLength(1);
  });

  test('a provider that gives one id again and again is asked for as many calls as there are', async () => {
    const { body, request, path } = answers.anthropicWhole;
    await using provider = await startProvider((_asked, response) => {
      response.writeHead(200, { 'request-id': `req_${provider.requests.length}` }).end(body);
    });
    await using proxy = await proxyTo(provider.url);
    for (let turn = 0; turn < 3; turn += 1) await proxy.ask(path, request);
    await until(() => proxy.calls.length === 3);
    const [first, ...others] = proxy.calls;
    expect(first?.message_id).toBeDefined();
    expect(others.map(({ message_id: id, attributes }) => [id, attributes?.['repeated_message_id']])).toEqual([
      [undefined, first?.message_id],
      [undefined, first?.message_id],
    ]);
    expect(new Set(proxy.calls.map(({ request_id: id }) => id)).size).toBe(3);
  });

  test('headers pass that are longer than most', async () => {
    const { body, request, path } = answers.anthropicWhole;
    await using provider = await startProvider((_asked, response) => void response.end(body));
    await using proxy = await proxyTo(provider.url);
    // As much as the provider of this test takes in one line of them.
    const answer = await proxy.ask(path, request, { 'x-big': 'a'.repeat(15_000) });
    expect(answer.status).toBe(200);
    const { port, pathname } = new URL(proxy.base);
    const socket = connect(Number(port), '127.0.0.1');
    let said = '';
    socket.on('data', (chunk) => (said += chunk.toString()));
    socket.on('error', () => undefined);
    socket.write(`GET ${pathname}/x HTTP/1.1\r\nhost: x\r\nx-big: ${'a'.repeat(300_000)}\r\n\r\n`);
    await until(() => socket.readableEnded || socket.destroyed);
    expect(said).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('a WebSocket is answered with 426', async () => {
    await using provider = await startProvider((_asked, response) => void response.end());
    await using proxy = await proxyTo(provider.url);
    const { port, pathname } = new URL(proxy.base);
    const socket = connect(Number(port), '127.0.0.1');
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk.toString();
    });
    socket.write(
      `GET ${pathname}/responses HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\nsec-websocket-version: 13\r\n\r\n`,
    );
    await until(() => socket.readableEnded || socket.destroyed);
    expect(said).toMatch(/^HTTP\/1\.1 426 /);
  });

  test('an idle connection that the provider closed in the meantime fails no call', async () => {
    let sockets = 0;
    await using provider = await startProvider((asked, response) => {
      response.end(answers.anthropicWhole.body);
      if (sockets === 0) response.once('close', () => asked.socket.resetAndDestroy());
      sockets += 1;
    });
    await using proxy = await proxyTo(provider.url);
    for (let turn = 0; turn < 5; turn += 1)
      expect((await proxy.ask('/v1/messages', answers.anthropicWhole.request)).status).toBe(200);
    await until(() => proxy.calls.length === 5);
    expect(proxy.calls.every(({ status }) => status === 'ok')).toBe(true);
  });
});

describe('usage of a streamed chat completion is asked for, and the client does not see it', () => {
  const request = { model: 'gpt-5', stream: true, messages: [{ role: 'user', content: '{"stream_options":1}' }] };
  const expected = { input_tokens: 9000, output_tokens: 77, reasoning_tokens: 33, tool_calls: 1, status: 'ok' };
  const asks = (body: Buffer): boolean =>
    (JSON.parse(body.toString()) as { stream_options?: { include_usage?: boolean } }).stream_options?.include_usage ===
    true;

  test.each(['identity', 'gzip', 'zstd'] as const)('in %s', async (encoding) => {
    await using provider = await startProvider((_asked, response, body) => {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'content-encoding': encoding });
      const bytes = encoders[encoding](chatStream(asks(body)));
      for (let at = 0; at < bytes.length; at += 37) response.write(bytes.subarray(at, at + 37));
      response.end();
    });
    await using proxy = await proxyTo(provider.url);
    const url = `${proxy.base}/v1/chat/completions`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...json, 'accept-encoding': encoding },
      body: bodyOf(request),
    });
    expect(Buffer.from(await answer.arrayBuffer()).equals(chatStream(false))).toBe(true);
    expect(answer.headers.get('content-encoding')).toBe(encoding);
    expect(await proxy.called()).toMatchObject(expected);
    expect(JSON.parse(provider.requests[0]?.body.toString() ?? '')).toEqual({
      ...request,
      stream_options: { include_usage: true },
    });
  });

  test('a client that asks itself gets all of it, and its other options stay', async () => {
    await using provider = await startProvider((_asked, response, body) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(chatStream(asks(body)));
    });
    await using proxy = await proxyTo(provider.url);
    const own = { ...request, stream_options: { include_usage: true, include_obfuscation: false } };
    expect((await proxy.ask('/v1/chat/completions', own)).body.equals(chatStream(true))).toBe(true);
    const other = { ...request, stream_options: { include_obfuscation: false } };
    expect((await proxy.ask('/v1/chat/completions', other)).body.equals(chatStream(false))).toBe(true);
    const [first, second] = provider.requests;
    expect(first?.body.equals(bodyOf(own))).toBe(true);
    expect(JSON.parse(second?.body.toString() ?? '')).toEqual({
      ...request,
      stream_options: { include_obfuscation: false, include_usage: true },
    });
  });

  test('a provider that does not know the question gets the request as it was, and is not asked again', async () => {
    await using provider = await startProvider((_asked, response, body) => {
      if (asks(body)) response.writeHead(400).end('{"error":{"message":"unknown field stream_options"}}');
      else response.end(chatStream(false));
    });
    await using proxy = await proxyTo(provider.url);
    for (const _turn of [1, 2])
      expect((await proxy.ask('/v1/chat/completions', request)).body.equals(chatStream(false))).toBe(true);
    expect(provider.requests.map(({ body }) => asks(body))).toEqual([true, false, false]);
    const call = await proxy.called();
    expect(call.status).toBe('ok');
    expect(call.input_tokens).toBeUndefined();
  });

  test('within a run within a run it is one call, though its provider was asked twice', async () => {
    await using provider = await startProvider((_asked, response, body) => {
      if (asks(body)) response.writeHead(400).end('{"error":{"message":"unknown field stream_options"}}');
      else response.end(chatStream(false));
    });
    await using outer = await proxyTo(provider.url);
    await using inner = await proxyTo(outer.base, { env: { TELLTALE_RUN_ID: 'the outer one' } });
    await inner.ask('/v1/chat/completions', request);
    const { parent_span_id: around } = await inner.called();
    await until(() => outer.calls.length === 2);
    expect(outer.calls.map(({ span_id }) => span_id)).toEqual([around, around]);
    expect(around).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('a refusal that is not about the question for usage', () => {
  const request = { model: 'gpt-5', stream: true, messages: [] };
  const error = '{"error":{"message":"no","type":"invalid_request_error"}}';

  test('is the answer to the client’s own words, and both requests are counted, as the provider counts them', async () => {
    await using provider = await startProvider((_asked, response) => void response.writeHead(400).end(error));
    await using proxy = await proxyTo(provider.url);
    const answer = await proxy.ask('/v1/chat/completions', request);
    expect([answer.status, answer.body.toString()]).toEqual([400, error]);
    expect(provider.requests).toHaveLength(2);
    expect(provider.requests[1]?.body.equals(bodyOf(request))).toBe(true);
    await until(() => proxy.calls.length === 2);
    expect(proxy.calls.map(({ status, error_type }) => [status, error_type])).toEqual([
      ['error', 'invalid_request_error'],
      ['error', 'invalid_request_error'],
    ]);
  });

  test('is the answer at once where the provider answered the question before', async () => {
    let turn = 0;
    await using provider = await startProvider((_asked, response) => {
      turn += 1;
      if (turn === 1) response.writeHead(200, { 'content-type': 'text/event-stream' }).end(chatStream(true));
      else response.writeHead(400).end(error);
    });
    await using proxy = await proxyTo(provider.url);
    await proxy.ask('/v1/chat/completions', request);
    expect((await proxy.ask('/v1/chat/completions', request)).body.toString()).toBe(error);
    expect(provider.requests).toHaveLength(2);
  });
});

describe('a call that goes wrong is what it was', () => {
  const { request } = answers.anthropicStream;
  const head = answers.anthropicStream.body.subarray(0, answers.anthropicStream.body.indexOf('event: message_delta'));
  const soFar = { input_tokens: 20012, output_tokens: 1, message_id: 'msg_1' };

  test('an error status passes as it is', async () => {
    const error = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_2"}';
    await using provider = await startProvider((_asked, response) => {
      response.writeHead(529, { 'request-id': 'req_2', 'retry-after': '3' }).end(error);
    });
    await using proxy = await proxyTo(provider.url);
    const answer = await proxy.ask('/v1/messages', request);
    expect([answer.status, answer.body.toString(), answer.headers['retry-after']]).toEqual([529, error, '3']);
    const call = await proxy.called();
    expect(call).toMatchObject({
      status: 'error',
      error_type: 'overloaded_error',
      error_message: 'Overloaded',
      request_id: 'req_2',
      attributes: { status_code: 529 },
    });
    expect(call.input_tokens).toBeUndefined();
  });

  test('an error in the middle of a stream keeps what was used until then', async () => {
    const late = sse([['error', { type: 'error', error: { type: 'api_error', message: 'broke' } }]]);
    await using provider = await startProvider((_asked, response) => void response.end(Buffer.concat([head, late])));
    await using proxy = await proxyTo(provider.url);
    await proxy.ask('/v1/messages', request);
    expect(await proxy.called()).toMatchObject({ ...soFar, status: 'error', error_type: 'api_error' });
  });

  test('a stream that is cut is cut for the client, after all that came', async () => {
    await using provider = await startProvider((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(head, () => response.socket?.resetAndDestroy());
    });
    await using proxy = await proxyTo(provider.url);
    const answer = await proxy.ask('/v1/messages', request);
    expect(answer.whole).toBe(false);
    expect(head.subarray(0, answer.body.length).equals(answer.body)).toBe(true);
    expect(await proxy.called()).toMatchObject({ status: 'error', error_type: 'stream_cut' });
  });

  test('a chat that breaks off after its reason to stop, before its usage, is cut', async () => {
    const stop = { id: 'c', model: 'gpt-5', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
    await using provider = await startProvider((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse([[null, stop]]), () => response.socket?.resetAndDestroy());
    });
    await using proxy = await proxyTo(provider.url);
    await proxy.ask('/v1/chat/completions', { model: 'gpt-5', stream: true, messages: [] });
    expect(await proxy.called()).toMatchObject({ status: 'error', error_type: 'stream_cut' });
  });

  test('a stream that ends without its last event is an error', async () => {
    await using provider = await startProvider((_asked, response) => void response.end(head));
    await using proxy = await proxyTo(provider.url);
    expect((await proxy.ask('/v1/messages', request)).body.equals(head)).toBe(true);
    expect(await proxy.called()).toMatchObject({ ...soFar, status: 'error', error_type: 'stream_incomplete' });
  });

  test('a client that leaves ends the call at the provider too', async () => {
    let ended = false;
    await using provider = await startProvider((_asked, response) => {
      response.once('close', () => (ended = true));
      response.write(head);
    });
    await using proxy = await proxyTo(provider.url);
    const leave = new AbortController();
    const answer = await fetch(`${proxy.base}/v1/messages`, {
      method: 'POST',
      headers: json,
      body: bodyOf(request),
      signal: leave.signal,
    });
    const reader = answer.body?.getReader();
    let got = 0;
    while (got < head.length) got += (await reader?.read())?.value?.length ?? head.length;
    leave.abort();
    expect(await proxy.called()).toMatchObject({
      ...soFar,
      status: 'aborted',
      attributes: { usage_incomplete: true },
    });
    await until(() => ended);
  });

  test('a provider that is not there is said in its own words', async () => {
    await using proxy = await proxyTo('http://127.0.0.1:1');
    const answer = await proxy.ask('/v1/messages', request);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body.toString())).toMatchObject({
      type: 'error',
      error: { type: 'upstream_unreachable', message: expect.stringContaining('127.0.0.1:1') as string },
    });
    expect(await proxy.called()).toMatchObject({ status: 'error', error_type: 'upstream_unreachable' });
  });
});

test('a refused call never reaches the provider, is told in its words and is not to be tried again', async () => {
  await using provider = await startProvider((_asked, response) => void response.end('{}'));
  const seen: unknown[] = [];
  const gate: CallGate = ({ facts, shape }) => {
    seen.push([shape.wire, facts.model, facts.mostOutput]);
    return { refused: { status: 402, type: 'budget_exceeded', message: 'the budget of the run is spent' } };
  };
  await using proxy = await proxyTo(provider.url, { gate });
  const answer = await proxy.ask('/v1/messages', answers.anthropicStream.request);
  expect([answer.status, answer.headers['x-should-retry']]).toEqual([402, 'false']);
  expect(JSON.parse(answer.body.toString())).toEqual({
    type: 'error',
    error: { type: 'budget_exceeded', message: 'the budget of the run is spent' },
  });
  expect(seen).toEqual([['anthropic', 'claude-sonnet-4-5', 100]]);
  expect(provider.requests).toEqual([]);
  expect(await proxy.called()).toMatchObject({
    status: 'error',
    error_type: 'budget_exceeded',
    input_tokens: 0,
    output_tokens: 0,
  });
});
