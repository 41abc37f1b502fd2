import { expect, test } from 'vitest';
import { readRequest } from '../read-request.ts';
import type { DraftOf } from './draft.ts';

const context = { receivedAt: '2026-11-22T00:00:00.000Z', redact: (text: string) => text };
const kv = (attributes: Record<string, string | number>) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
const chat = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-5', 'gen_ai.usage.input_tokens': 100 };
const traceId = 'a'.repeat(32);
const id = (digit: string): string => digit.repeat(16);

type Told = { spanId: string; parentSpanId?: string; traceId?: string; attributes?: Record<string, string | number> };
function callsOf(spans: readonly Told[]): DraftOf<'llm_call'>[] {
  const sent = spans.map(({ attributes = {}, ...span }) => ({
    traceId,
    name: 'a span',
    startTimeUnixNano: '1795305600000000000',
    endTimeUnixNano: '1795305601000000000',
    ...span,
    attributes: kv(attributes),
  }));
  const body = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: sent }] }] }));
  const { drafts } = readRequest('traces', 'json', body, context);
  return drafts.filter((draft): draft is DraftOf<'llm_call'> => draft.kind === 'llm_call');
}

test('of two calls around each other the inner one counts, also past a span between that passes it on', () => {
  const calls = callsOf([
    { spanId: id('1'), attributes: chat },
    { spanId: id('2'), parentSpanId: id('1'), attributes: { 'http.request.method': 'POST' } },
    { spanId: id('3'), parentSpanId: id('2'), attributes: chat },
  ]);
  expect(calls).toMatchObject([{ span_id: id('3'), attributes: { within_span: id('1') } }]);
});

test('the conversation that only an outer call names is that of the inner one, of its attempts and its failed requests', () => {
  const http = {
    'http.request.method': 'POST',
    'url.full': 'http://llm/v1/messages',
    'http.response.status_code': 529,
  };
  const calls = callsOf([
    { spanId: id('4'), parentSpanId: id('3'), attributes: http },
    { spanId: id('3'), parentSpanId: id('2'), attributes: { ...chat, 'http.request.resend_count': 1 } },
    { spanId: id('2'), parentSpanId: id('1'), attributes: chat },
    { spanId: id('1'), attributes: { ...chat, 'gen_ai.conversation.id': 'c-1', 'user.id': 'u-1' } },
  ]);
  expect(calls.map(({ span_id: span }) => span)).toEqual([id('3'), id('4'), undefined]);
  for (const call of calls) expect(call.session_id).toBe('c-1');
  expect(calls[0]?.user_id).toBe('u-1');
});

test('what an outer call tells of the cache beside the tokens of the inner one is kept with it', () => {
  const usage = { 'gen_ai.usage.output_tokens': 10 };
  const cache = { 'gen_ai.usage.cache_read_input_tokens': 600, 'gen_ai.usage.total_tokens': 710 };
  const both = (outer: Record<string, number>) =>
    callsOf([
      { spanId: id('1'), attributes: { ...chat, ...usage, ...outer } },
      { spanId: id('2'), parentSpanId: id('1'), attributes: { ...chat, ...usage } },
    ]).map((call) => [call.span_id, call.input_tokens]);
  const inner = [id('2'), 100];
  expect(both(cache)).toEqual([inner, [id('1'), 700]]);
  expect(both({ ...cache, 'gen_ai.usage.output_tokens': 11 })).toEqual([inner]);
  expect(both({})).toEqual([inner]);
});

test('a call knows the span around it that another request tells of, past those that this one has', () => {
  const calls = callsOf([
    { spanId: id('2'), parentSpanId: id('1') },
    { spanId: id('3'), parentSpanId: id('2'), attributes: chat },
  ]);
  expect(calls).toMatchObject([{ parent_span_id: id('2'), attributes: { within_span: id('1') } }]);
});

test('a call within the use of a tool is another one than the call around the tool', () => {
  const calls = callsOf([
    { spanId: id('1'), attributes: chat },
    { spanId: id('2'), parentSpanId: id('1'), attributes: { 'gen_ai.operation.name': 'execute_tool' } },
    { spanId: id('3'), parentSpanId: id('2'), attributes: chat },
  ]);
  expect(calls).toHaveLength(2);
});

test.each(['responses', 'messages', 'llm_call'])(
  '%s is a request to a model where model and usage say so',
  (operation) => {
    const usage = { ...chat, 'gen_ai.operation.name': operation };
    expect(callsOf([{ spanId: id('1'), attributes: usage }])).toEqual([]);
    const calls = callsOf([{ spanId: id('1'), attributes: { ...usage, 'gen_ai.usage.output_tokens': 10 } }]);
    expect(calls).toMatchObject([{ model: 'gpt-5', input_tokens: 100, output_tokens: 10 }]);
  },
);

test('what an agent came to is not one more request, but counts where nobody tells of one', () => {
  const sum = { ...chat, 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.output_tokens': 10 };
  const openInference = { 'openinference.span.kind': 'AGENT', 'llm.token_count.prompt': 100 };
  for (const attributes of [sum, openInference]) {
    const agent = { spanId: id('1'), attributes };
    const request = { spanId: id('2'), parentSpanId: id('1'), attributes: chat };
    expect(callsOf([agent, request])).toMatchObject([{ span_id: id('2') }]);
    expect(callsOf([agent, { ...request, traceId: 'b'.repeat(32) }])).toHaveLength(2);
    expect(callsOf([agent])).toMatchObject([
      { input_tokens: 100, trace_id: traceId, attributes: { signal: 'metric' } },
    ]);
  }
  expect(callsOf([{ spanId: id('1'), attributes: { 'gen_ai.operation.name': 'invoke_agent' } }])).toEqual([]);
});

test('what agents around each other came to is counted once, where it is as much', () => {
  const sum = (tokens: number) => ({
    ...chat,
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.usage.input_tokens': tokens,
    'gen_ai.usage.output_tokens': 10,
  });
  const outer = { spanId: id('1'), attributes: sum(500) };
  const between = { spanId: id('2'), parentSpanId: id('1') };
  const inner = { spanId: id('3'), parentSpanId: id('2'), attributes: sum(500) };
  expect(callsOf([inner, between, outer])).toMatchObject([{ span_id: id('1'), input_tokens: 500 }]);
  expect(callsOf([outer, between, { ...inner, attributes: sum(300) }])).toHaveLength(2);
  expect(callsOf([outer, { ...inner, parentSpanId: '' }])).toHaveLength(2);
  expect(callsOf([{ ...outer, parentSpanId: id('1') }])).toHaveLength(1);
});

test('what Azure tells of a run each time that it is asked for it has the id of the run', () => {
  const run = { ...chat, 'gen_ai.operation.name': 'get_thread_run', 'gen_ai.usage.output_tokens': 10 };
  const about = { 'gen_ai.system': 'az.ai.agents', 'gen_ai.thread.id': 'thread_1', 'gen_ai.thread.run.id': 'run_1' };
  const told = { ...run, ...about };
  expect(callsOf(['1', '2'].map((digit) => ({ spanId: id(digit), attributes: told })))).toMatchObject([
    { message_id: 'run_1', session_id: 'thread_1' },
    { message_id: 'run_1', session_id: 'thread_1' },
  ]);
});

test('a call knows the spans that carry it to another process, but none of a tool within', () => {
  const http = { 'http.request.method': 'POST' };
  const calls = callsOf([
    { spanId: id('1'), attributes: chat },
    { spanId: id('2'), parentSpanId: id('1') },
    { spanId: id('3'), parentSpanId: id('2'), attributes: http },
    { spanId: id('4'), parentSpanId: id('1'), attributes: http },
    { spanId: id('5'), parentSpanId: id('1'), attributes: { 'gen_ai.operation.name': 'execute_tool' } },
    { spanId: id('6'), parentSpanId: id('5'), attributes: http },
  ]);
  expect(calls).toMatchObject([{ attributes: { passed_on: `${id('3')} ${id('4')}` } }]);
});

test('spans that are around each other in a circle are read all the same', () => {
  const calls = callsOf([
    { spanId: id('1'), parentSpanId: id('2') },
    { spanId: id('2'), parentSpanId: id('1') },
    { spanId: id('3'), parentSpanId: id('2'), attributes: chat },
  ]);
  expect(calls).toHaveLength(1);
});

test('ids of zeros alone are no ids: whoever sends them does not trace', () => {
  const nothing = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), attributes: chat };
  for (const call of callsOf([nothing, nothing])) {
    expect(call).not.toHaveProperty('trace_id');
    expect(call).not.toHaveProperty('span_id');
  }
});

const event = {
  timeUnixNano: '1795305600000000000',
  attributes: kv({
    'event.name': 'codex.sse_event',
    'event.kind': 'response.completed',
    'conversation.id': 'c',
    model: 'gpt-5',
    input_token_count: 9_000,
    output_token_count: 77,
  }),
};
const other = { ...event, attributes: kv({ 'event.name': 'codex.user_prompt', 'conversation.id': 'c' }) };
function idsOf(records: readonly object[], pid = '1'): (string | undefined)[] {
  const resource = { attributes: kv({ 'service.name': 'codex_exec', 'process.pid': pid }) };
  const body = { resourceLogs: [{ resource, scopeLogs: [{ logRecords: records }] }] };
  const { drafts } = readRequest('logs', 'json', Buffer.from(JSON.stringify(body)), context);
  return drafts.filter(({ kind }) => kind === 'llm_call').map((draft) => draft.id);
}

test('a call that a log tells of without an id has one by what is told: it may come again in another request', () => {
  const [first] = idsOf([event]);
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(idsOf([other, event])).toEqual([first]);
  expect(idsOf([event], '2')).not.toEqual([first]);
  expect(idsOf([{ ...event, timeUnixNano: '1795305600000001000' }])).not.toEqual([first]);
});

test('equal calls of one request stay as many as they are, and what does not say when it was has no id', () => {
  expect(new Set(idsOf([event, event, event])).size).toBe(3);
  expect(idsOf([{ ...event, timeUnixNano: '0' }])).toEqual([undefined]);
});
