import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRequest } from './read-request.ts';
import type { Draft, DraftOf } from './read/draft.ts';
import { createRedact } from './read/redact.ts';

const context = { receivedAt: '2026-11-22T02:30:00.000Z', redact: createRedact() };
const openai = { input_tokens: 9_000, cache_read_tokens: 6_000, output_tokens: 77 };

/** What the traces of a framework tell, each request read by itself, as it came. */
function draftsOf(framework: string): Draft[] {
  const folder = join(import.meta.dirname, '../samples', framework);
  const files = readdirSync(folder).toSorted();
  return files.flatMap((file) => {
    const encoding = file.endsWith('.json') ? 'json' : 'protobuf';
    return readRequest('traces', encoding, readFileSync(join(folder, file)), context).drafts;
  });
}
const callsOf = (framework: string): DraftOf<'llm_call'>[] =>
  draftsOf(framework).filter((draft): draft is DraftOf<'llm_call'> => draft.kind === 'llm_call');

test('LangSmith keeps the parts of the usage as LangChain told them', () => {
  const calls = callsOf('langsmith');
  expect(calls).toHaveLength(2);
  for (const call of calls) expect(call).toMatchObject({ model: 'gpt-5', ...openai, reasoning_tokens: 33 });
});

test('a refusal that LangSmith keeps as the answer is one, though its exporter lost the error', () => {
  expect(callsOf('langsmith-failed')).toMatchObject([{ model: 'gpt-5', provider: 'openai', status: 'error' }]);
});

test('the fifth Vercel AI SDK tells of the cache of Anthropic in the words of the API alone, and the tokens of embeddings apart', () => {
  const claude = { model: 'claude-sonnet-5', input_tokens: 20_012, output_tokens: 42, cache_read_tokens: 18_000 };
  const written = { cache_write_5m_tokens: 1_500, cache_write_1h_tokens: 500 };
  expect(callsOf('vercel-ai-sdk-5')).toMatchObject([
    { ...claude, ...written },
    { ...claude, ...written },
    { model: 'text-embedding-3-small', operation: 'embeddings', input_tokens: 11 },
  ]);
});

test('Logfire tells a streamed answer by a log of its own, and all usage as the API wrote it', () => {
  const [whole, chat, responses, message, ...agents] = callsOf('logfire');
  for (const call of [whole, chat, responses])
    expect(call).toMatchObject({ model: 'gpt-5', provider: 'openai', status: 'ok', ...openai, reasoning_tokens: 33 });
  expect([whole, chat, responses].map((call) => call?.streamed)).toEqual([undefined, true, true]);
  expect([chat, responses].map((call) => call?.duration_ms)).toEqual([220.079, 3_274.045]);
  expect(message).toMatchObject({
    provider: 'anthropic',
    message_id: 'msg_1795338959131',
    input_tokens: 20_012,
    cache_read_tokens: 18_000,
    cache_write_5m_tokens: 1_500,
    cache_write_1h_tokens: 500,
    output_tokens: 42,
  });
  expect(agents).toHaveLength(2);
});

test('of the OpenAI Agents SDK Logfire tells calls and tools, and sums them up around', () => {
  const agents = draftsOf('logfire').slice(4);
  const call = { kind: 'llm_call', operation: 'chat', ...openai, reasoning_tokens: 33 };
  expect(agents).toMatchObject([
    { ...call, message_id: 'resp_1795338959301' },
    { kind: 'tool_call', tool_name: 'add', success: true, input_size_bytes: 13 },
    { ...call, message_id: 'resp_1795338959302' },
    { kind: 'agent_step' },
  ]);
});

test("thoughts that an instrumentation of Google's SDK tells by the total alone are output", () => {
  expect(callsOf('openllmetry-google')).toMatchObject([
    { model: 'gemini-2.5-pro', input_tokens: 900, cache_read_tokens: 600, output_tokens: 77, reasoning_tokens: 33 },
  ]);
});

test('LiteLLM tells a request once, its parts as Python shows them, and its cost', () => {
  const calls = callsOf('litellm');
  expect(calls.map(({ message_id }) => message_id)).toEqual(['chatcmpl-1795313889001', 'chatcmpl-1795313889002']);
  for (const call of calls)
    expect(call).toMatchObject({
      provider: 'openai',
      operation: 'chat',
      ...openai,
      reasoning_tokens: 33,
      reported_cost_usd: 0.00527,
    });
});

test("Google's ADK before the conventions leaves thoughts and cache to the answer of the API", () => {
  const calls = callsOf('google-adk');
  expect(calls).toHaveLength(2);
  for (const call of calls)
    expect(call).toMatchObject({
      provider: 'gcp.gemini',
      model: 'gemini-2.5-pro',
      session_id: '68833584-92ce-4709-b0b5-3f7a89c9432b',
      input_tokens: 900,
      cache_read_tokens: 600,
      output_tokens: 77,
      reasoning_tokens: 33,
    });
});

test("Google's ADK for JavaScript tells thoughts and cache in the API's answer, and of a request that failed nothing", () => {
  expect(callsOf('google-adk-javascript')).toMatchObject([
    {
      model: 'gemini-2.5-pro',
      status: 'ok',
      input_tokens: 900,
      cache_read_tokens: 600,
      output_tokens: 77,
      reasoning_tokens: 33,
    },
    { model: 'unknown', status: 'error' },
    { status: 'error', error_type: 'http_400' },
  ]);
});

test('Langfuse for JavaScript says by a level of its own that a call failed', () => {
  expect(callsOf('langfuse-javascript')).toMatchObject([
    { operation: 'embeddings', model: 'text-embedding-3-small', status: 'ok' },
    { operation: 'chat', model: 'gpt-5', status: 'error', error_message: 'Error: 400 not like this' },
    { status: 'error', error_type: 'http_400' },
  ]);
});

test("what LangChain wrote to Anthropic's cache stands in its answer alone", () => {
  const cache = { cache_read_tokens: 18_000, cache_write_5m_tokens: 1_500, cache_write_1h_tokens: 500 };
  expect(callsOf('langchain-javascript')).toMatchObject([
    { model: 'claude-sonnet-5', input_tokens: 20_020, output_tokens: 50, ...cache },
    { model: 'claude-sonnet-5', input_tokens: 20_021, output_tokens: 52, ...cache },
  ]);
});

test('a use of a tool that AutoGen and an instrumentation around it tell is one', () => {
  const drafts = draftsOf('autogen-openinference');
  expect(drafts.filter(({ kind }) => kind === 'tool_call')).toMatchObject([
    { tool_name: 'add', tool_call_id: expect.stringContaining('call_'), attributes: { scope: 'autogen-core' } },
  ]);
});

test("tools that Google's ADK uses at once are those, without what it tells of all of them together", () => {
  const tools = draftsOf('google-adk-parallel').filter(({ kind }) => kind === 'tool_call');
  expect(tools).toMatchObject([{ tool_name: 'add' }, { tool_name: 'add' }, { tool_name: 'add' }]);
});

test('an attempt that failed within a call is told by the HTTP client; a cost of 0 is none', () => {
  const [attempt, call, ...more] = callsOf('openlit');
  expect(more).toEqual([]);
  expect(attempt).toMatchObject({
    status: 'error',
    error_type: 'http_529',
    parent_span_id: call?.span_id,
    attributes: { http: true },
  });
  expect(attempt?.input_tokens).toBeUndefined();
  expect(call).toMatchObject({ status: 'ok', model: 'gpt-5', ...openai });
  expect(call).not.toHaveProperty('reported_cost_usd');
});

test("the SDK's own span tells how often it tried, whatever is around it", () => {
  const calls = callsOf('anthropic-sdk-python');
  expect(calls.map(({ status, attempt, attributes }) => [status, attempt, attributes?.['native']])).toEqual([
    ['ok', undefined, undefined],
    ['ok', 2, true],
    ['error', 1, true],
  ]);
  const [, call, before] = calls;
  expect(call).toMatchObject({ cache_write_5m_tokens: 1_500, cache_write_1h_tokens: 500 });
  expect(Date.parse(before?.at ?? '')).toBeLessThan(Date.parse(call?.at ?? ''));
});

test('Genkit tells of models and tools as actions: thoughts beside the output, the model behind the name of its plugin', () => {
  const drafts = draftsOf('genkit');
  expect(drafts.map(({ kind }) => kind).toSorted()).toEqual([
    'agent_step',
    'agent_step',
    'llm_call',
    'llm_call',
    'tool_call',
  ]);
  for (const call of callsOf('genkit'))
    expect(call).toMatchObject({
      provider: 'googleai',
      model: 'gemini-2.5-pro',
      input_tokens: 900,
      cache_read_tokens: 600,
      output_tokens: 77,
      reasoning_tokens: 33,
    });
  expect(drafts.find(({ kind }) => kind === 'tool_call')).toMatchObject({ tool_name: 'add', input_size_bytes: 13 });
});

test('LlamaIndex marks what it does around a request as one, too; a stream that tells no usage has none', () => {
  const calls = callsOf('llama-index');
  expect(calls.map(({ model }) => model)).toEqual(['gpt-5', 'gpt-5']);
  for (const call of calls) expect(call).not.toHaveProperty('input_tokens');
});

test('on the spans of Pydantic AI OpenInference leaves the parts of the usage to the conventions', () => {
  const [first, second] = callsOf('pydantic-ai-openinference');
  const [read, cached] = [9_011, 6_000];
  expect(first).toMatchObject({
    input_tokens: read,
    cache_read_tokens: cached,
    output_tokens: 88,
    reasoning_tokens: 33,
  });
  // The span of Anthropic's own SDK knows the answer, that around it the conversation.
  expect(second).toMatchObject({ input_tokens: 20_024, cache_write_1h_tokens: 500, attributes: { native: true } });
  expect(second?.session_id).toBe('01a204a5-c7ed-719a-8d67-a0bbe19c74c0');
});

test("the parts of Haystack's usage stand at the end of its answer", () => {
  expect(callsOf('haystack')).toEqual([
    expect.objectContaining({ ...openai, reasoning_tokens: 33, provider: 'openai' }),
  ]);
});

test('an answer that ended in an error failed, also where its span is not marked as failed', () => {
  const [call, ...more] = callsOf('mastra');
  expect(more).toEqual([]);
  expect(call).toMatchObject({ status: 'error', stop_reason: 'error', model: 'gpt-5', provider: 'openai' });
});

test('MLflow keeps the answer whole, and with it the usage as the API wrote it; all of it is JSON text', () => {
  const { input_tokens, cache_read_tokens, output_tokens } = openai;
  const usage = { input_tokens, cache_read_tokens, output_tokens, reasoning_tokens: 33 };
  expect(callsOf('mlflow')).toMatchObject([
    { model: 'gpt-5', status: 'ok', ...usage, message_id: 'chatcmpl-1795351415001' },
    { model: 'gpt-5', status: 'ok', ...usage, message_id: 'chatcmpl-1795351415002' },
  ]);
  const others = draftsOf('mlflow').filter(({ kind }) => kind !== 'llm_call');
  expect(others).toMatchObject([
    { kind: 'tool_call', tool_name: 'add', success: true, input_preview: '{"a": 1, "b": 2}' },
    { kind: 'agent_step' },
  ]);
});

test('AG2 tells thoughts by a name of its own, and the usage of each call once more beside it', () => {
  const call = { model: 'gpt-5', provider: 'openai', ...openai, reasoning_tokens: 33 };
  expect(callsOf('ag2')).toMatchObject([call, call]);
  const others = draftsOf('ag2').filter(({ kind }) => kind !== 'llm_call');
  expect(others.map(({ kind }) => kind)).toEqual(['tool_call', 'agent_step']);
});

test('the sum of a VoltAgent stands in for requests that nobody tells of: its span of an answer has the last step alone', () => {
  const sum = { input_tokens: 18_000, output_tokens: 154, cache_read_tokens: 12_000, reasoning_tokens: 66 };
  const attributes = { signal: 'metric', scope: '@voltagent/core' };
  const [call, ...others] = callsOf('voltagent');
  expect(call).toMatchObject({ model: 'gpt-5', status: 'ok', session_id: 'c-1', user_id: 'u-1', ...sum, attributes });
  expect(call?.message_id).toMatch(/^metric:\d{13}:[0-9a-f]{48}$/);
  expect(others).toEqual([]);
  expect(draftsOf('voltagent')).toContainEqual(
    expect.objectContaining({ kind: 'tool_call', tool_name: 'add', input_preview: '{"a":1,"b":2}' }),
  );
});
