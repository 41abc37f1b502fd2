import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRequest } from './read-request.ts';
import type { Draft, DraftOf } from './read/draft.ts';
import { createRedact } from './read/redact.ts';
import type { Signal } from './signals.ts';

const samples = join(import.meta.dirname, '../samples');
const context = { receivedAt: '2026-11-21T12:00:00.000Z', redact: createRedact() };

const signalOf = (file: string): Signal =>
  file.includes('traces') ? 'traces' : file.includes('logs') ? 'logs' : 'metrics';

/** Everything that the files of a folder tell, in order. */
function draftsOf(folder: string, only?: Signal): Draft[] {
  const files = readdirSync(join(samples, folder)).filter((file) => file.endsWith('.json'));
  return files.toSorted().flatMap((file) => {
    const signal = signalOf(file);
    if (only !== undefined && signal !== only) return [];
    return readRequest(signal, 'json', readFileSync(join(samples, folder, file)), context).drafts;
  });
}

const callsIn = (drafts: readonly Draft[]) =>
  drafts.filter((draft): draft is DraftOf<'llm_call'> => draft.kind === 'llm_call');
const toolsIn = (drafts: readonly Draft[]) =>
  drafts.filter((draft): draft is DraftOf<'tool_call'> => draft.kind === 'tool_call');

const anthropicUsage = {
  input_tokens: 20_012,
  cache_read_tokens: 18_000,
  cache_write_5m_tokens: 1_500,
  cache_write_1h_tokens: 500,
  output_tokens: 42,
};

test('the events of Claude Code are calls with the split of cache writes, and tools with their ids', () => {
  const drafts = draftsOf('claude-code/json', 'logs');
  expect(callsIn(drafts)).toHaveLength(2);
  expect(callsIn(drafts)[0]).toMatchObject({
    agent_id: 'agent-7',
    session_id: 'df7494f2-4fb8-4ab9-989a-81e26e3ab778',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    status: 'ok',
    origin: 'otlp',
    request_id: 'req_fake_1',
    duration_ms: 226,
    ttft_ms: 71,
    reported_cost_usd: 0.014691,
    ...anthropicUsage,
  });
  expect(toolsIn(drafts)).toEqual([
    expect.objectContaining({
      tool_name: 'Bash',
      tool_call_id: 'toolu_fake1',
      success: true,
      duration_ms: 45,
      input_size_bytes: 60,
      output_size_bytes: 15,
    }),
  ]);
});

test('its spans name the same requests as its events, so that both are one call', () => {
  const calls = callsIn(draftsOf('claude-code/json', 'traces'));
  expect(calls.map(({ request_id, message_id }) => [request_id, message_id])).toEqual([
    ['req_fake_1', undefined],
    ['req_fake_2', undefined],
  ]);
  expect(calls[0]).toMatchObject({ input_tokens: 20_012, output_tokens: 42, duration_ms: expect.closeTo(234.78, 1) });
});

test('a request that failed for good is one failed call', () => {
  const calls = callsIn(draftsOf('claude-code/errors', 'logs'));
  expect(calls).toEqual([
    expect.objectContaining({
      status: 'error',
      model: 'claude-opus-4-5',
      error_type: 'http_529',
      error_message: 'Overloaded (fake)',
      attempt: 2,
      request_id: 'req_fake_2',
    }),
  ]);
  expect(callsIn(draftsOf('claude-code/errors', 'traces'))[0]).toMatchObject({
    status: 'error',
    error_type: 'server_overload',
  });
});

test('a sub-agent works in the session of the whole, whatever conversation its spans name', () => {
  const calls = callsIn(draftsOf('claude-code/subagent'));
  expect(new Set(calls.map(({ session_id }) => session_id))).toEqual(new Set(['86d07550-ecf9-45cf-833d-03fc52c0f7ef']));
  const ofSub = calls.filter(({ attributes }) => attributes?.['client_agent_id'] === 'a5128a63ff534abd9');
  expect(new Set(ofSub.map(({ request_id }) => request_id))).toEqual(new Set(['req_fake_2', 'req_fake_3']));
  const drafts = draftsOf('claude-code/subagent');
  const labelled = drafts.filter(({ labels }) => labels?.['sub_agent'] === 'a5128a63ff534abd9');
  expect(new Set(callsIn(labelled))).toEqual(new Set(callsIn(drafts).filter((call) => call.labels !== undefined)));
  expect(new Set(callsIn(labelled).map(({ request_id }) => request_id))).toEqual(new Set(['req_fake_2', 'req_fake_3']));
  expect(new Set(toolsIn(labelled).map(({ tool_call_id }) => tool_call_id))).toEqual(new Set(['toolu_fake2']));
  expect(labelled.map(({ attributes }) => attributes?.['client_agent_name'])).toContain('general-purpose');
});

test('protobuf tells the same as its decoded copy', () => {
  const files = readdirSync(join(samples, 'claude-code/protobuf')).filter((file) => file.endsWith('.pb'));
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    const signal = signalOf(file);
    const binary = readRequest(signal, 'protobuf', readFileSync(join(samples, 'claude-code/protobuf', file)), context);
    const decoded = readFileSync(join(samples, 'claude-code/protobuf', file.replace('.pb', '.decoded.json')));
    const text = readRequest(signal, 'json', decoded, context);
    expect(binary.items).toBe(text.items);
    expect(binary.drafts.map((draft) => draft.kind)).toEqual(text.drafts.map((draft) => draft.kind));
    expect(binary.drafts.length).toBeGreaterThan(0);
  }
});

test('Codex tells usage once a response, with counts as text, and its spans repeat it', () => {
  const calls = callsIn(draftsOf('codex/otlp'));
  expect(calls).toHaveLength(2);
  expect(calls[0]).toMatchObject({
    model: 'gpt-5',
    session_id: '01a1fbbe-448a-78b0-8af2-caa3b4456cf7',
    input_tokens: 9_000,
    cache_read_tokens: 6_000,
    output_tokens: 77,
    reasoning_tokens: 33,
    ttft_ms: 12,
  });
  expect(calls[0]?.at.startsWith('2026-11-21T')).toBe(true);
  expect(toolsIn(draftsOf('codex/otlp'))).toEqual([
    expect.objectContaining({ tool_name: 'exec_command', tool_call_id: 'call_2', success: true, duration_ms: 68 }),
  ]);
});

test('a turn of Codex that failed leaves its failed request', () => {
  expect(callsIn(draftsOf('codex/failed-turn'))).toEqual([
    expect.objectContaining({ status: 'error', error_type: 'http_500', error_message: 'http 500' }),
  ]);
});

test('only the innermost spans of the Vercel AI SDK are calls', () => {
  const drafts = draftsOf('vercel-ai-sdk/otlp');
  const calls = callsIn(drafts);
  expect(calls.map(({ message_id }) => message_id)).toEqual([
    'chatcmpl-fake1',
    'chatcmpl-fake2',
    'resp_fake3',
    'msg_fake4',
    undefined,
  ]);
  expect(calls[0]).toMatchObject({
    agent_id: 'agent-7',
    session_id: 'sess-1',
    user_id: 'user-9',
    provider: 'openai',
    model: 'gpt-4o',
    input_tokens: 5_000,
    cache_read_tokens: 4_000,
    output_tokens: 60,
    reasoning_tokens: 20,
  });
  expect(calls[3]).toMatchObject({
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    ttft_ms: 82.887,
    ...anthropicUsage,
  });
  expect(calls[4]).toMatchObject({
    status: 'error',
    error_type: 'AI_APICallError',
    error_message: 'Cannot connect to API: bad port',
  });
  expect(toolsIn(drafts)).toEqual([
    expect.objectContaining({ tool_name: 'bash', tool_call_id: 'call_fake1', success: true, output_size_bytes: 6 }),
  ]);
});

test('the native spans of the Anthropic SDK have both ids and inclusive counts', () => {
  const calls = callsIn(draftsOf('provider-sdks/otlp'));
  expect(calls).toHaveLength(2);
  expect(calls[0]).toMatchObject({
    request_id: 'req_fake_1',
    message_id: 'msg_fake1',
    streamed: true,
    ttft_ms: 122,
    stop_reason: 'end_turn',
    ...anthropicUsage,
  });
});

test('data points are kept with their dimensions, unit and temporality', () => {
  const points = draftsOf('claude-code/json', 'metrics').filter(
    (draft): draft is DraftOf<'metric'> => draft.kind === 'metric',
  );
  const tokens = points.filter(({ name }) => name === 'claude_code.token.usage');
  expect(tokens.length).toBeGreaterThanOrEqual(4);
  expect(tokens.find(({ attributes }) => attributes?.['type'] === 'cacheRead')).toMatchObject({
    agent_id: 'agent-7',
    unit: 'tokens',
    temporality: 'delta',
    attributes: { model: 'claude-sonnet-4-5' },
  });
  expect(draftsOf('codex/otlp', 'metrics').length).toBeGreaterThan(50);
});

test("Gemini CLI's sub-agents are told by the names of their turns", () => {
  const drafts = draftsOf('gemini/subagent');
  const id = 'eac1292e-2856-4b47-9d8e-34406c8546b8';
  expect(callsIn(drafts).map(({ labels }) => labels?.['sub_agent'])).toEqual([undefined, id, id, undefined]);
  expect(toolsIn(drafts).map(({ tool_name, labels }) => [tool_name, labels])).toEqual([['invoke_agent', undefined]]);
  expect(drafts.filter(({ kind }) => kind === 'log_entry').map(({ labels }) => labels)).toEqual([{ sub_agent: id }]);
});
