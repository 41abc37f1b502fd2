import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRequest } from './read-request.ts';
import type { DraftOf } from './read/draft.ts';
import { createRedact } from './read/redact.ts';

const context = { receivedAt: '2026-11-22T02:30:00.000Z', redact: createRedact() };
const openai = { input_tokens: 9_000, cache_read_tokens: 6_000, output_tokens: 77 };

/** The calls that the traces of a framework for Python tell, each request read by itself, as it came. */
function callsOf(framework: string): DraftOf<'llm_call'>[] {
  const folder = join(import.meta.dirname, '../samples', framework);
  const files = readdirSync(folder).toSorted();
  const drafts = files.flatMap(
    (file) => readRequest('traces', 'protobuf', readFileSync(join(folder, file)), context).drafts,
  );
  return drafts.filter((draft): draft is DraftOf<'llm_call'> => draft.kind === 'llm_call');
}

test('LangSmith keeps the parts of the usage as LangChain told them', () => {
  const calls = callsOf('langsmith');
  expect(calls).toHaveLength(2);
  for (const call of calls) expect(call).toMatchObject({ model: 'gpt-5', ...openai, reasoning_tokens: 33 });
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
