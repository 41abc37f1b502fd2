import { expect, test } from 'vitest';
import { llmCallOf } from './llm-span.ts';

const source = { resource: {}, scope: 'an.instrumentation', scopeVersion: '1' };

test('an agent that its span names is known by the service, where nobody says which process it is', () => {
  const span = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: 'chat',
    startMs: 0,
    endMs: 0,
    attributes: {},
    events: [],
    statusCode: 0,
    statusMessage: '',
  };
  const told = (attributes: Record<string, string>, resource: Record<string, string>) =>
    llmCallOf({ ...span, attributes }, { ...source, resource }, '2026-11-22T00:00:00.000Z', { usage: 'otel' });
  const service = { 'service.name': 'voting' };
  expect(told({ 'agent.id': 'judge' }, service)).toMatchObject({
    agent_id: 'judge',
    attributes: { service: 'voting' },
  });
  for (const call of [
    told({}, service),
    told({ 'agent.id': 'judge' }, { ...service, 'process.pid': '9' }),
    told({ 'agent.id': 'judge' }, { ...service, 'telltale.agent_id': 'own' }),
  ])
    expect(call.attributes).not.toHaveProperty('service');
});

/** A call of 900 tokens of input, 44 of output and 1,000 in all. */
function usageOf(attributes: Record<string, string | number>) {
  const usage = { input_tokens: 900, output_tokens: 44, total_tokens: 1_000 };
  const told = Object.entries(usage).map(([name, count]) => [`gen_ai.usage.${name}`, count]);
  const span = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: 'generate_content',
    startMs: 0,
    endMs: 0,
    attributes: { 'gen_ai.provider.name': 'gcp.gemini', ...Object.fromEntries(told), ...attributes },
    events: [],
    statusCode: 0,
    statusMessage: '',
  };
  const call = llmCallOf(span, source, '2026-11-22T00:00:00.000Z', { usage: 'otel' });
  if (call.kind !== 'llm_call') throw new Error('no call');
  return [call.input_tokens, call.output_tokens, call.reasoning_tokens];
}

test.each(['gemini-2.5-pro', 'models/gemini-3-flash-preview', 'gemini-flash-latest', 'gemini-2.0-flash-thinking-exp'])(
  'what the total of %s holds beside input and output it thought',
  (model) => {
    expect(usageOf({ 'gen_ai.request.model': model })).toEqual([900, 100, 56]);
  },
);

test.each(['gen_ai.usage.tool_use_prompt_tokens', 'gen_ai.usage.tool_use.input_tokens'])(
  "what the provider's own tools gave it to read is input: %s",
  (name) => {
    expect(usageOf({ 'gen_ai.request.model': 'gemini-2.5-pro', [name]: 50 })).toEqual([950, 50, 6]);
    expect(usageOf({ 'gen_ai.request.model': 'gemini-2.5-pro', [name]: 56 })).toEqual([956, 44, undefined]);
  },
);

test('a Gemini that does not think read the rest', () => {
  expect(usageOf({ 'gen_ai.response.model': 'gemini-2.0-flash' })).toEqual([956, 44, undefined]);
});

test.each([{ 'gen_ai.request.model': 'claude-sonnet-4-5@20250929' }, {}])(
  'of a model that is no Gemini the total says nothing: %o',
  (model) => {
    expect(usageOf(model)).toEqual([900, 44, undefined]);
  },
);

test.each([
  ['opentelemetry.instrumentation.openai', true],
  ['opentelemetry.instrumentation.openai_v2', true],
  ['opentelemetry.instrumentation.openai.v1', true],
  ['openinference.instrumentation.openai', true],
  ['@arizeai/openinference-instrumentation-anthropic', true],
  ['@traceloop/instrumentation-openai', true],
  ['logfire.openai', true],
  ['opentelemetry.instrumentation.google_generativeai', true],
  ['openinference.instrumentation.langchain', undefined],
  ['openinference.instrumentation.openai_agents', undefined],
  ['com.anthropic.sdk.v1', undefined],
])('%s is around the SDK of a provider: %s', (scope, is) => {
  const span = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: '',
    startMs: 0,
    endMs: 0,
    attributes: {},
    events: [],
  };
  const told = { ...span, statusCode: 0, statusMessage: '' };
  const call = llmCallOf(told, { ...source, scope }, '2026-11-22T00:00:00.000Z', { usage: 'otel' });
  expect(call.attributes?.['of_client']).toBe(is);
});

test('an answer to nothing is one of which nobody told what was read', () => {
  const model = { 'gen_ai.request.model': 'claude-sonnet-5' };
  expect(usageOf({ ...model, 'gen_ai.usage.input_tokens': 0 })).toEqual([undefined, 44, undefined]);
  const nothing = { 'gen_ai.usage.input_tokens': 0, 'gen_ai.usage.output_tokens': 0, 'gen_ai.usage.total_tokens': 0 };
  expect(usageOf({ ...model, ...nothing })).toEqual([undefined, undefined, undefined]);
  expect(usageOf({ ...model, 'gen_ai.usage.output_tokens': 0, 'gen_ai.usage.total_tokens': 900 })).toEqual([
    900,
    0,
    undefined,
  ]);
});
