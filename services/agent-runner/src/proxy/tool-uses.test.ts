import { once } from 'node:events';
import { Readable } from 'node:stream';
import { systemClock } from '@telltale/runtime/clock';
import { parseRecord } from '@telltale/contracts/records/parse-record';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { chatStream } from '@telltale/testkit/chat-stream';
import { encoders, sse, startProvider } from '@telltale/testkit/fake-provider';
import { until } from '@telltale/testkit/until';
import { describe, expect, test } from 'vitest';
import { talk } from '../test-support/talk.ts';
import { startMeteringProxy } from './metering-proxy.ts';
import { createToolUses, type UseRecord } from './tool-uses.ts';
import { upstreamOf, type Upstream } from './upstreams.ts';

const newId = createUuidV7();
type Answer = { body: string | Buffer; coding?: string; status?: number };

/** A conversation through the proxy: each request gets the next answer; what was told of tools after all of it. */
async function uses(
  path: string,
  turns: readonly (readonly [request: object | Buffer, answer: Answer, headers?: Record<string, string>])[],
  env: Record<string, string> = {},
): Promise<UseRecord[]> {
  let at = -1;
  await using provider = await startProvider((_asked, response) => {
    const { body = '', coding, status = 200 } = turns[at]?.[1] ?? {};
    response.writeHead(status, coding === undefined ? {} : { 'content-encoding': coding });
    response.end(body);
  });
  const told: UseRecord[] = [];
  let calls = 0;
  await using proxy = await startMeteringProxy({
    upstreams: [upstreamOf('openai', provider.url) as Upstream],
    onCall: () => (calls += 1),
    onUse(use) {
      const parsed = parseRecord({ v: 1, id: newId(), agent_id: 'a', ...use });
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
      told.push(use);
    },
    env,
    clock: systemClock,
  });
  for (const [request, , headers = {}] of turns) {
    at += 1;
    const body = Buffer.isBuffer(request) ? request : Buffer.from(JSON.stringify(request));
    await talk(`${proxy.urls.get('openai') ?? ''}${path}`, { headers, body });
    await until(() => calls === at + 1);
    expect(provider.requests[at]?.body.equals(body)).toBe(true);
  }
  return told;
}

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const toolUse = (id: string, name = 'read') => ({ type: 'tool_use', id, name, input: { path: 'a' } });
const toolResult = (id: string, more: object = {}) => ({
  type: 'tool_result',
  tool_use_id: id,
  content: 'done',
  ...more,
});
const message = (...content: object[]): Answer => ({
  body: JSON.stringify({ id: 'msg', type: 'message', role: 'assistant', content, stop_reason: 'tool_use' }),
});
const messageStream = (...blocks: object[]): Answer => ({
  body: sse([
    ['message_start', { type: 'message_start', message: { id: 'msg', content: [] } }],
    ...blocks.flatMap((block, index): [string, object][] => [
      ['content_block_start', { type: 'content_block_start', index, content_block: { ...block, input: {} } }],
      [
        'content_block_delta',
        { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: '{"pa' } },
      ],
      ['content_block_delta', { type: 'content_block_delta', index, delta: { partial_json: 'th":1}' } }],
      ['content_block_stop', { type: 'content_block_stop', index }],
    ]),
    ['message_delta', { type: 'message_delta', delta: { stop_reason: 'tool_use' } }],
    ['message_stop', { type: 'message_stop' }],
  ]),
});
const done = message({ type: 'text', text: 'done' });
const first = { messages: [user('go')] };
const second = (...results: object[]) => ({
  messages: [user('go'), assistant([toolUse('toolu_1'), toolUse('toolu_2', 'write')]), user(results)],
});

describe('Messages', () => {
  const both = second(
    toolResult('toolu_1'),
    toolResult('toolu_2', { is_error: true, content: [{ type: 'text', text: 'no' }] }),
  );
  test.each([
    ['whole', message(toolUse('toolu_1'), toolUse('toolu_2', 'write'))],
    ['streamed', messageStream(toolUse('toolu_1'), toolUse('toolu_2', 'write'))],
  ])('uses are told when their results come, each once, %s', async (_how, asked) => {
    const third = { messages: [...both.messages, assistant('ok'), user('more')] };
    const told = await uses('/v1/messages', [
      [first, asked, { 'x-claude-code-session-id': 's', 'x-claude-code-agent-id': 'helper', 'telltale-agent': 'b' }],
      [both, done],
      [both, done],
      [third, done],
    ]);
    expect(told).toMatchObject([
      {
        tool_call_id: 'toolu_1',
        tool_name: 'read',
        success: true,
        output_size_bytes: 6,
        agent_id: 'b',
        attributes: { signal: 'wire', client_session_id: 's', client_agent_id: 'helper' },
      },
      { tool_call_id: 'toolu_2', tool_name: 'write', success: false },
    ]);
    for (const { duration_ms = -1, input_size_bytes = 0 } of told) {
      expect(duration_ms).toBeGreaterThanOrEqual(0);
      expect(input_size_bytes).toBeGreaterThan(8);
    }
    expect(JSON.stringify(told)).not.toContain('done');
  });

  test('in a coding, too', async () => {
    const { body } = message(toolUse('toolu_1'));
    const asked = { body: encoders.gzip(Buffer.from(body)), coding: 'gzip' };
    expect(
      await uses('/v1/messages', [
        [first, asked],
        [second(toolResult('toolu_1')), done],
      ]),
    ).toHaveLength(1);
  });

  test('what was done before the run, what the provider runs itself and what never comes back is not told', async () => {
    const server = { ...toolUse('srvtoolu_1', 'web_search'), type: 'server_tool_use' };
    const asked = message(
      server,
      { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
      toolUse('toolu_9'),
    );
    const told = await uses('/v1/messages', [
      [second(toolResult('toolu_1'), toolResult('toolu_2')), asked],
      [
        {
          messages: [
            ...second(toolResult('toolu_1')).messages,
            assistant([server, toolResult('srvtoolu_1')]),
            user('on'),
          ],
        },
        done,
      ],
    ]);
    expect(told).toEqual([]);
  });

  test('an id that a server gives again is another use, but for a request that is made again', async () => {
    const again = {
      messages: [
        ...second(toolResult('toolu_1')).messages,
        assistant([toolUse('toolu_1')]),
        user([toolResult('toolu_1')]),
      ],
    };
    const told = await uses('/v1/messages', [
      [first, message(toolUse('toolu_1'))],
      [second(toolResult('toolu_1')), message(toolUse('toolu_1'))],
      [second(toolResult('toolu_1')), message(toolUse('toolu_1'))],
      [again, done],
    ]);
    expect(told.map(({ tool_call_id: id }) => id)).toEqual(['toolu_1', undefined]);
    expect(told[1]?.attributes).toMatchObject({ repeated_tool_call_id: 'toolu_1' });
  });

  test('a result that comes before all of the answer was read is told once that is over', () => {
    const told: UseRecord[] = [];
    const { call } = createToolUses({ onUse: (use) => void told.push(use), clock: systemClock });
    const own = { wire: 'anthropic', agent: undefined, headers: {} } as const;
    const asking = call(own);
    const brings = call(own);
    const results = second(toolResult('toolu_2'), toolResult('toolu_1'));
    brings.request([Buffer.from(JSON.stringify(results))], { messages: 3 });
    brings.look({ early: true });
    asking.asks({ id: 'toolu_1', name: 'read', inputBytes: 2 });
    asking.ended();
    // Its own answer asks under an id that stands in the conversation already: from before the run.
    brings.asks({ id: 'toolu_2', name: 'write', inputBytes: 2 });
    brings.look();
    expect(told).toMatchObject([{ tool_call_id: 'toolu_1' }]);
  });

  test('a request that is too long to hold is looked through as it passes', async () => {
    const told: UseRecord[] = [];
    const { call } = createToolUses({ onUse: (use) => void told.push(use), clock: systemClock });
    const own = { wire: 'anthropic', agent: undefined, headers: {} } as const;
    call(own).asks({ id: 'toolu_1', name: 'read', inputBytes: 2 });
    const body = Buffer.from(JSON.stringify(second(toolResult('toolu_1'))));
    const brings = call(own);
    brings.request([body.subarray(0, 30)], { messages: 1 });
    const rest = Readable.from([body.subarray(30, 90), body.subarray(90)]);
    brings.follow(rest);
    await once(rest, 'end');
    brings.look();
    expect(told).toMatchObject([{ tool_call_id: 'toolu_1', tool_name: 'read', success: true }]);
  });

  test('hostile ids, names and numbers stay within bounds', async () => {
    const many = Array.from({ length: 3_000 }, (_none, at) => toolUse(`toolu_${at}`, 'n'.repeat(5_000)));
    const asked = [toolUse('i'.repeat(100_000)), toolUse('x'.repeat(5_000), '\u0007'), ...many];
    const results = [
      { type: 'tool_result', tool_use_id: { a: 1 } },
      toolResult('x'.repeat(5_000)),
      ...many.map(({ id }) => toolResult(id)),
    ];
    const told = await uses('/v1/messages', [
      [first, message(...asked)],
      [second(...results), done],
    ]);
    expect(told.length).toBeGreaterThan(200);
    expect(told.length).toBeLessThanOrEqual(256);
  });
});

describe('chat completions', () => {
  const call = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '{"a":1}' } });
  const whole = {
    body: JSON.stringify({
      choices: [
        {
          index: 0,
          message: { tool_calls: [call('call_1', 'add'), call('call_2', 'sub')] },
          finish_reason: 'tool_calls',
        },
      ],
    }),
  };
  const piece = (tool_calls: object[], finish: string | null = null) => ({
    choices: [{ index: 0, delta: { tool_calls }, finish_reason: finish }],
  });
  const streamed = {
    body: [
      piece([{ index: 0, ...call('call_1', 'add'), function: { name: 'add', arguments: '' } }]),
      piece([{ index: 0, function: { arguments: '{"a"' } }]),
      piece([{ index: 0, function: { arguments: ':1}' } }]),
      piece([{ index: 1, ...call('call_2', 'sub') }], 'tool_calls'),
    ]
      .map((data) => `data: ${JSON.stringify(data)}\n\n`)
      .join(''),
  };
  const results = {
    messages: [
      user('go'),
      { role: 'assistant', content: null, tool_calls: [call('call_1', 'add'), call('call_2', 'sub')] },
      { role: 'tool', tool_call_id: 'call_1', content: '2' },
      { tool_call_id: 'call_2', content: 'x', role: 'tool' },
    ],
  };
  test.each([
    ['whole', whole],
    ['streamed', streamed],
  ])('%s', async (_how, asked) => {
    const told = await uses('/v1/chat/completions', [
      [first, asked],
      [results, { body: '{}' }],
      [results, { body: '{}' }],
    ]);
    expect(told).toMatchObject([
      { tool_call_id: 'call_1', tool_name: 'add', success: true, output_size_bytes: 3 },
      { tool_call_id: 'call_2', tool_name: 'sub' },
    ]);
    expect(told[0]?.input_size_bytes).toBe(told[1]?.input_size_bytes);
  });

  test('a plain conversation tells of none', async () => {
    expect(
      await uses('/v1/chat/completions', [
        [first, { body: chatStream(true) }],
        [first, whole],
      ]),
    ).toEqual([]);
  });
});

describe('Responses', () => {
  const output = [
    { type: 'reasoning', id: 'rs_1', summary: [] },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'add', arguments: '{}' },
    { type: 'custom_tool_call', id: 'ct_1', call_id: 'call_2', name: 'apply', input: 'x' },
    { type: 'local_shell_call', id: 'ls_1', call_id: 'call_3', action: {} },
    { type: 'web_search_call', id: 'ws_1', status: 'completed' },
  ];
  const results = [
    { type: 'function_call_output', call_id: 'call_1', output: '2' },
    { type: 'custom_tool_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'x' }] },
    { type: 'local_shell_call_output', call_id: 'call_3', output: 'x' },
  ];
  const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
  const items = output.map((item) => event({ type: 'response.output_item.done', item })).join('');
  const end = (list: object[]): string =>
    event({ type: 'response.completed', response: { id: 'resp_1', status: 'completed', output: list } });
  test.each([
    ['whole', JSON.stringify({ id: 'resp_1', status: 'completed', output })],
    ['streamed', items + end(output)],
    ['streamed with an empty end', items + end([])],
    ['streamed with its end alone', end(output)],
  ])('%s', async (_how, body) => {
    const input = [{ role: 'user', content: 'go' }, ...output, ...results];
    const told = await uses('/v1/responses', [
      [{ input: 'go' }, { body }],
      // With what was said before in the server's keeping, and without.
      [{ input: results.slice(0, 1), previous_response_id: 'resp_1' }, { body: '{}' }],
      [{ input }, { body: '{}' }],
    ]);
    expect(told.map(({ tool_name: name, tool_call_id: id }) => [name, id])).toEqual([
      ['add', 'call_1'],
      ['apply', 'call_2'],
      ['local_shell', 'call_3'],
    ]);
  });
});

describe('Gemini', () => {
  const path = '/v1beta/models/gemini-3:generateContent';
  const model = (...calls: object[]) => ({ role: 'model', parts: calls.map((functionCall) => ({ functionCall })) });
  const back = (...results: object[]) => ({
    role: 'user',
    parts: results.map((functionResponse) => ({ functionResponse })),
  });
  const answer = (...calls: object[]): Answer => ({
    body: JSON.stringify({ candidates: [{ content: model(...calls), finishReason: 'STOP' }] }),
  });
  const go = { role: 'user', parts: [{ text: 'go' }] };
  const ls = { name: 'ls', args: { a: 1 } };
  const cat = { name: 'cat', args: {} };

  test('without ids, by name, each once', async () => {
    const one = [
      go,
      model(ls, cat, ls),
      back(
        { name: 'ls', response: { output: 'a' } },
        { id: 'own', name: 'cat', response: { error: 'no' } },
        { name: 'ls', response: {} },
      ),
    ];
    const two = [...one, model(ls), back({ name: 'ls', response: { output: 'a', error: '' } })];
    const told = await uses(path, [
      [{ contents: [go] }, answer(ls, cat, ls)],
      [{ contents: one }, { ...answer(), status: 503 }],
      [{ contents: one }, answer(ls)],
      [{ contents: one }, answer(ls)],
      [{ contents: two }, answer()],
    ]);
    expect(told.map(({ tool_name: name, success }) => [name, success])).toEqual([
      ['ls', true],
      ['cat', false],
      ['ls', true],
      ['ls', true],
    ]);
    expect(told.every((use) => use.tool_call_id === undefined && use.output_size_bytes !== 0)).toBe(true);
  });

  test('with ids', async () => {
    const one = [go, model({ ...ls, id: '1' }, { ...ls, id: '2' }), back({ id: '2', name: 'ls', response: {} })];
    const told = await uses(path, [
      [{ contents: [go] }, answer({ ...ls, id: '1' }, { ...ls, id: '2' })],
      [{ contents: one }, answer()],
    ]);
    expect(told).toMatchObject([{ tool_call_id: '2', tool_name: 'ls' }]);
  });
});

test('Ollama, which gives no ids', async () => {
  const call = (name: string) => ({ function: { name, arguments: { a: 1 } } });
  const asked = {
    body: `${JSON.stringify({ message: { role: 'assistant', tool_calls: [call('a'), call('b')] } })}\n{"done":true}\n`,
  };
  const messages = [
    user('go'),
    { role: 'assistant', tool_calls: [call('a'), call('b')] },
    { role: 'tool', tool_name: 'b', content: '1' },
    { role: 'tool', content: '2' },
  ];
  const told = await uses('/api/chat', [
    [first, asked],
    [{ messages }, { body: '{"done":true}' }],
    [{ messages }, { body: '{"done":true}' }],
  ]);
  expect(told.map(({ tool_name: name }) => name)).toEqual(['b', 'a']);
});

test('no answer waits until its request is looked through', async () => {
  const told: UseRecord[] = [];
  let asked = 0;
  let toldBefore = false;
  await using provider = await startProvider(async (_asked, response) => {
    asked += 1;
    if (asked > 1) toldBefore = await until(() => told.length > 0, { timeoutMs: 20_000 }).catch(() => false);
    response.end(message(toolUse(`toolu_${asked}`)).body);
  });
  let calls = 0;
  await using proxy = await startMeteringProxy({
    upstreams: [upstreamOf('openai', provider.url) as Upstream],
    onCall: () => (calls += 1),
    onUse: (use) => void told.push(use),
    env: {},
    clock: systemClock,
  });
  for (const request of [first, second(toolResult('toolu_1'))]) {
    await talk(`${proxy.urls.get('openai') ?? ''}/v1/messages`, { body: Buffer.from(JSON.stringify(request)) });
    await until(() => calls === asked);
  }
  expect(toldBefore).toBe(true);
});

test('what is done in a run within the run is told by that one alone', async () => {
  await using provider = await startProvider((_asked, response) => void response.end(message(toolUse('toolu_1')).body));
  const told: string[] = [];
  const proxyOf = (name: string, url: string, env: Record<string, string>) =>
    startMeteringProxy({
      upstreams: [upstreamOf('openai', url) as Upstream],
      onCall: () => undefined,
      onUse: () => void told.push(name),
      env,
      clock: systemClock,
    });
  await using outer = await proxyOf('outer', provider.url, {});
  await using inner = await proxyOf('inner', outer.urls.get('openai') ?? '', { TELLTALE_RUN_ID: 'the outer one' });
  for (const request of [first, second(toolResult('toolu_1'))])
    await talk(`${inner.urls.get('openai') ?? ''}/v1/messages`, { body: Buffer.from(JSON.stringify(request)) });
  await until(() => told.length > 0);
  expect(told).toEqual(['inner']);
});
