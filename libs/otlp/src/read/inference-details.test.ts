import { expect, test } from 'vitest';
import { readRequest } from '../read-request.ts';

const context = { receivedAt: '2026-11-22T00:00:00.000Z', redact: (text: string) => text };
const kv = (attributes: Record<string, string | number>) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
const usage = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-5',
  'gen_ai.usage.input_tokens': 9_000,
  'gen_ai.usage.cache_read.input_tokens': 6_000,
  'gen_ai.usage.output_tokens': 77,
};
const place = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
const named = { 'gen_ai.response.id': 'chatcmpl-a1' };

function told(attributes: Record<string, string | number>, where: object = place, service = 'an-agent') {
  const record = {
    timeUnixNano: '1795305600000000000',
    eventName: 'gen_ai.client.inference.operation.details',
    attributes: kv(attributes),
    ...where,
  };
  const resource = { attributes: kv({ 'service.name': service }) };
  const body = { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] };
  return readRequest('logs', 'json', Buffer.from(JSON.stringify(body)), context).drafts;
}

test('the event of a request is a call, known by the id of the answer, else by its span', () => {
  const counts = { model: 'gpt-5', input_tokens: 9_000, cache_read_tokens: 6_000, output_tokens: 77, status: 'ok' };
  const byId = { ...counts, agent_id: 'an-agent', message_id: 'chatcmpl-a1', attributes: { signal: 'log' } };
  expect(told({ ...usage, ...named }, {})).toMatchObject([byId]);
  const withinSpan = { as_span: expect.stringMatching(/^[0-9a-f]{16}$/), within_span: place.spanId };
  const [first, again] = [told({ ...usage, ...named }), told({ ...usage, ...named })];
  expect(first).toMatchObject([{ ...byId, span_id: place.spanId, attributes: { signal: 'log', ...withinSpan } }]);
  expect(again[0]?.attributes).toEqual(first[0]?.attributes);
  expect(told(usage)).toMatchObject([
    { ...counts, trace_id: place.traceId, span_id: place.spanId, attributes: { signal: 'span' } },
  ]);
  const drawn = { 'gen_ai.response.id': 'chatcmpl-1' };
  expect(told({ ...usage, ...drawn })).toMatchObject([{ ...counts, attributes: { signal: 'span' } }]);
  expect(told({ ...usage, ...drawn }, {})).toEqual([]);
  expect(told({ 'gen_ai.request.model': 'gpt-5', 'error.type': 'timeout' })).toMatchObject([
    { status: 'error', error_type: 'timeout' },
  ]);
});

test('one that nothing names, that tells of no usage, or whose client has events of its own is left out', () => {
  expect(told(usage, {})).toEqual([]);
  expect(told({ 'gen_ai.request.model': 'gpt-5', ...named })).toEqual([]);
  expect(told({ ...usage, ...named }, place, 'gemini-cli')).toEqual([]);
});
