import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { GoogleGenAI } from '@google/genai';
import { generateText, stepCountIs, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { startProvider, sse, type Provider } from '@telltale/testkit/fake-provider';
import { answers } from '@telltale/testkit/provider-answers';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { RecordDraft } from '../recorder/draft.ts';
import type { Fetch } from './metered-call.ts';
import { createTelltale } from './telltale.ts';

const aTelltale = () => {
  const records: RecordDraft[] = [];
  const telltale = createTelltale({
    sink: {
      record(draft) {
        records.push(draft);
        return 'id';
      },
    },
  });
  const recorded = async (count: number) => {
    await until(() => records.length >= count);
    return records.splice(0);
  };
  return { telltale, recorded };
};

const json = 'application/json';
const events = 'text/event-stream';

/** Answers each path with what it is given, in turn; a number is a refusal with that status. */
const scripted = (script: (readonly [body: Buffer | object | number, type?: string])[]): Promise<Provider> => {
  let next = 0;
  return startProvider((_request, response) => {
    const [body, type = json] = script[Math.min(next, script.length - 1)] ?? [500];
    next += 1;
    response.setHeader('request-id', `req_${next}`);
    response.setHeader('x-request-id', `req_${next}`);
    if (typeof body === 'number') {
      response.statusCode = body;
      response.setHeader('content-type', json);
      response.setHeader('retry-after-ms', '1');
      response.end(JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }));
      return;
    }
    response.setHeader('content-type', type);
    response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
};

test('a client of Anthropic is recorded whole, streamed and at each retry, and gets what it would get', async () => {
  const { anthropicStream, anthropicWhole } = answers;
  await using provider = await scripted([[529], [anthropicWhole.body], [anthropicStream.body, events]]);
  const { telltale, recorded } = aTelltale();
  const client = telltale.anthropic(new Anthropic({ apiKey: 'k', baseURL: provider.url, maxRetries: 2 }));
  const asked = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user' as const, content: 'hi' }] };

  const { data, request_id } = await telltale.with({ session_id: 's1', task_id: 't1' }, () =>
    client.messages.create(asked).withResponse(),
  );
  expect(data.usage.output_tokens).toBe(42);
  expect(request_id).toBe('req_2');
  expect(await recorded(2)).toMatchObject([
    { status: 'error', error_type: 'http_529', session_id: 's1', request_id: 'req_1', origin: 'sdk' },
    { ...anthropicWhole.expected, session_id: 's1', task_id: 't1', request_id: 'req_2', attempt: 2, message_count: 1 },
  ]);

  const message = await client.messages.stream(asked).finalMessage();
  expect(message.usage.output_tokens).toBe(42);
  const [streamed] = await recorded(1);
  const { tool_count: _none, ...expected } = anthropicStream.expected;
  expect(streamed).toMatchObject(expected);
  expect(streamed).not.toHaveProperty('session_id');
});

test('a client of OpenAI is recorded in both of its APIs, and twice wrapped is recorded once', async () => {
  const { chatWhole, responsesStream } = answers;
  await using provider = await scripted([[chatWhole.body], [responsesStream.body, events]]);
  const { telltale, recorded } = aTelltale();
  const client = telltale.openai(telltale.openai(new OpenAI({ apiKey: 'k', baseURL: `${provider.url}/v1` })));

  const completion = await client.chat.completions.create({
    model: 'gpt-5',
    messages: [{ role: 'user', content: 'hi' }],
  });
  expect(completion.id).toBe('chatcmpl-1');
  const stream = await client.responses.create({ model: 'gpt-5', stream: true, input: 'hi' });
  const types: string[] = [];
  for await (const event of stream) types.push(event.type);
  expect(types).toContain('response.completed');
  const { message_count: _two, ...expected } = responsesStream.expected;
  expect(await recorded(2)).toMatchObject([chatWhole.expected, expected]);
});

test('a client of Google is recorded, streamed too', async () => {
  const { geminiStream } = answers;
  await using provider = await scripted([[geminiStream.body, events]]);
  const { telltale, recorded } = aTelltale();
  const client = telltale.google(new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: provider.url } }));
  let last: number | undefined;
  for await (const part of await client.models.generateContentStream({ model: 'gemini-2.5-pro', contents: 'hi' }))
    last = part.usageMetadata?.totalTokenCount;
  expect(last).toBe(977);
  expect(await recorded(1)).toMatchObject([geminiStream.expected]);
});

test('an answer that nobody reads is told at the end, with what its head says', async () => {
  const { anthropicWhole } = answers;
  await using provider = await scripted([[anthropicWhole.body]]);
  const { telltale, recorded } = aTelltale();
  const client = telltale.anthropic(new Anthropic({ apiKey: 'k', baseURL: provider.url }));
  const asked = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user' as const, content: 'hi' }] };
  const response = await client.messages.create(asked).asResponse();
  expect(response.status).toBe(200);
  telltale.leaveCalls();
  const [call] = await recorded(1);
  expect(call).toMatchObject({ status: 'aborted', request_id: 'req_1' });
  expect(call).not.toHaveProperty('input_tokens');
  await response.body?.cancel();
  telltale.leaveCalls();
  telltale.drain();
  expect(await recorded(0)).toEqual([]);
});

test('an answer that nobody reads ends when it came, however long the process lives after it', async () => {
  const clock = createManualClock();
  const records: RecordDraft[] = [];
  const telltale = createTelltale({ clock, sink: { record: (draft) => `${records.push(draft)}` } });
  const answer = async (): Promise<Response> => {
    clock.advance(40);
    return new Response('busy', { status: 529 });
  };
  const client = telltale.openai({ fetch: answer });
  const asked = new Date(clock.now()).getTime();
  const unread = await (client.fetch as Fetch)('https://api.openai.com/v1/chat/completions', { method: 'POST' });
  clock.advance(86_400_000);
  telltale.leaveCalls();
  telltale.drain();
  expect(records).toMatchObject([
    { status: 'error', error_type: 'http_529', duration_ms: 40, at: new Date(asked + 40).toISOString() },
  ]);
  await unread.body?.cancel();
});

test('an answer that nobody can read any more is told then, not at the end of the process', async () => {
  const records: RecordDraft[] = [];
  const telltale = createTelltale({ sink: { record: (draft) => `${records.push(draft)}` } });
  const client = telltale.openai({ fetch: async () => new Response('busy', { status: 529 }) });
  const ask = async (): Promise<void> => {
    await (client.fetch as Fetch)('https://api.openai.com/v1/chat/completions', { method: 'POST' });
  };
  await ask();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  await until(() => {
    collect();
    return records.length > 0;
  });
  expect(records).toMatchObject([{ status: 'error', error_type: 'http_529' }]);
});

test('an answer that its reader leaves is an aborted call, and one that breaks off is an error', async () => {
  const { anthropicStream } = answers;
  const half = anthropicStream.body.subarray(0, Math.floor(anthropicStream.body.length / 2));
  await using provider = await startProvider((_request, response) => {
    response.writeHead(200, { 'content-type': events });
    response.write(half, () => setImmediate(() => response.destroy()));
  });
  const { telltale, recorded } = aTelltale();
  const client = telltale.anthropic(new Anthropic({ apiKey: 'k', baseURL: provider.url, maxRetries: 0 }));
  const asked = {
    model: 'm',
    max_tokens: 9,
    stream: true as const,
    messages: [{ role: 'user' as const, content: 'h' }],
  };
  const read = async (leave: boolean) => {
    for await (const event of await client.messages.create(asked)) if (leave && event.type === 'message_start') break;
  };
  await expect(read(false)).rejects.toThrow();
  expect(await recorded(1)).toMatchObject([{ status: 'error', error_type: 'stream_cut', input_tokens: 20012 }]);
  await read(true);
  expect(await recorded(1)).toMatchObject([{ status: 'aborted' }]);
});

const anthropicStep = (content: object[], stop: string, id: string) => ({
  id,
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage: {
    input_tokens: 12,
    output_tokens: 42,
    cache_creation_input_tokens: 2000,
    cache_read_input_tokens: 18000,
    cache_creation: { ephemeral_5m_input_tokens: 1500, ephemeral_1h_input_tokens: 500 },
  },
});

test('a model and the tools of the Vercel AI SDK are recorded: steps, uses and tokens', async () => {
  await using provider = await scripted([
    [anthropicStep([{ type: 'tool_use', id: 'toolu_1', name: 'add', input: { a: 1, b: 2 } }], 'tool_use', 'msg_1')],
    [anthropicStep([{ type: 'text', text: 'three' }], 'end_turn', 'msg_2')],
  ]);
  const { telltale, recorded } = aTelltale();
  const model = telltale.model(createAnthropic({ apiKey: 'k', baseURL: `${provider.url}/v1` })('claude-sonnet-4-5'));
  const add = tool({
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    execute: async ({ a, b }: { a: number; b: number }) => a + b,
  });
  const { text } = await telltale.with({ session_id: 's' }, () =>
    generateText({ model, prompt: 'add', tools: telltale.tools({ add }), stopWhen: stepCountIs(3) }),
  );
  expect(text).toBe('three');
  const call = {
    kind: 'llm_call',
    model: 'claude-sonnet-4-5',
    session_id: 's',
    input_tokens: 20012,
    output_tokens: 42,
    cache_read_tokens: 18000,
    cache_write_5m_tokens: 1500,
    cache_write_1h_tokens: 500,
    provider: 'anthropic',
    status: 'ok',
  };
  expect(await recorded(3)).toMatchObject([
    { ...call, message_id: 'msg_1', tool_calls: 1 },
    { kind: 'tool_call', tool_name: 'add', tool_call_id: 'toolu_1', success: true, session_id: 's' },
    { ...call, message_id: 'msg_2', tool_calls: 0 },
  ]);
});

test('a streamed model of the Vercel AI SDK is recorded when its last part was read', async () => {
  const chunk = (fields: object) => ({
    id: 'chatcmpl-9',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-5-2025-08-07',
    ...fields,
  });
  const usage = {
    prompt_tokens: 90,
    completion_tokens: 7,
    total_tokens: 97,
    prompt_tokens_details: { cached_tokens: 60 },
  };
  const body = sse([
    [null, chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'hi' }, finish_reason: null }] })],
    [null, chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })],
    [null, chunk({ choices: [], usage })],
    [null, '[DONE]'],
  ]);
  await using provider = await scripted([[body, events]]);
  const { telltale, recorded } = aTelltale();
  const model = telltale.model(createOpenAI({ apiKey: 'k', baseURL: `${provider.url}/v1` }).chat('gpt-5'));
  const { textStream } = streamText({ model, prompt: 'hi' });
  let text = '';
  for await (const piece of textStream) text += piece;
  expect(text).toBe('hi');
  const [call] = await recorded(1);
  expect(call).toMatchObject({
    model: 'gpt-5',
    provider: 'openai',
    input_tokens: 90,
    output_tokens: 7,
    cache_read_tokens: 60,
    message_id: 'chatcmpl-9',
    streamed: true,
    status: 'ok',
  });
  expect(call).toHaveProperty('ttft_ms');
});
