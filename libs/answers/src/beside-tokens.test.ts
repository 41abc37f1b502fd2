import { createPriceBook } from '@telltale/pricing/price-book';
import { priceCall } from '@telltale/pricing/price-call';
import { systemClock } from '@telltale/runtime/clock';
import { expect, test } from 'vitest';
import { createCallMeter } from './call-meter.ts';
import { shapeOf } from './call-shape.ts';

const book = createPriceBook();
const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

/** The record of one answered request, and what it costs. */
async function metered(path: string, body: string, model: string, provider?: string) {
  const shape = shapeOf('POST', path);
  if (shape === null) throw new Error(`${path} is no call`);
  const meter = createCallMeter({ shape, provider, requestHeaders: {}, clock: systemClock });
  meter.request({ model });
  meter.answered({ status: 200, headers: {} });
  meter.push(Buffer.from(body));
  const call = await meter.finish({ how: 'whole' });
  const own = {
    v: 1,
    id: '019a0000-0000-7000-8000-000000000001',
    at: '2026-11-21T12:00:00.000Z',
    agent_id: 'a',
  } as const;
  const { cost_usd, cost_source } = priceCall({ record: { ...own, ...call }, book });
  return { call, cost: Number(cost_usd), cost_source };
}

test('searches of the web are told and paid, of Anthropic in a stream, too', async () => {
  const usage = { input_tokens: 1_000, output_tokens: 100, server_tool_use: { web_search_requests: 2 } };
  const whole = JSON.stringify({ id: 'msg_1', type: 'message', model: 'claude-sonnet-4-6', usage });
  const streamed =
    event({
      type: 'message_start',
      message: { id: 'msg_1', model: 'claude-sonnet-4-6', usage: { input_tokens: 1_000 } },
    }) +
    event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage }) +
    event({ type: 'message_stop' });
  // $3 and $15 a million tokens, and a cent for each search.
  for (const body of [whole, streamed]) {
    const { call, ...price } = await metered('/v1/messages', body, 'claude-sonnet-4-6');
    expect(call).toMatchObject({ status: 'ok', attributes: { web_searches: 2 } });
    expect(price).toEqual({ cost: 0.0245, cost_source: 'computed' });
  }
});

test('searches of the Responses API are counted by their items, once', async () => {
  const usage = { input_tokens: 1_000, output_tokens: 100 };
  const output = [
    { type: 'web_search_call' },
    { type: 'function_call' },
    { type: 'web_search_call' },
    { type: 'message' },
  ];
  const response = { id: 'resp_1', model: 'gpt-5', status: 'completed', usage, output };
  const streamed =
    event({ type: 'response.output_item.done', item: { type: 'web_search_call' } }) +
    event({ type: 'response.completed', response });
  for (const body of [JSON.stringify(response), streamed]) {
    const { call, ...price } = await metered('/v1/responses', body, 'gpt-5');
    expect(call).toMatchObject({ tool_calls: 3, attributes: { web_searches: 2 } });
    expect(price).toEqual({ cost: 0.02225, cost_source: 'computed' });
  }
});

test('audio of a chat, and audio, pictures and searches of Gemini make their amounts approximate', async () => {
  const chat = {
    id: 'chatcmpl-1',
    choices: [{ index: 0, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 50, completion_tokens_details: { audio_tokens: 40 } },
  };
  const spoken = await metered('/v1/chat/completions', JSON.stringify(chat), 'gpt-audio');
  expect(spoken).toMatchObject({ call: { attributes: { audio_tokens: 40 } }, cost_source: 'approximate' });
  const usageMetadata = {
    promptTokenCount: 100,
    candidatesTokenCount: 50,
    promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 90 }],
  };
  const gemini = (more: object) =>
    metered(
      '/v1beta/models/gemini-2.5-flash:generateContent',
      JSON.stringify({ usageMetadata, candidates: [{ finishReason: 'STOP' }], ...more }),
      'gemini-2.5-flash',
    );
  expect(await gemini({})).toMatchObject({ call: { attributes: { audio_tokens: 90 } }, cost_source: 'approximate' });
  const plain = { promptTokenCount: 100, candidatesTokenCount: 50 };
  expect(await gemini({ usageMetadata: plain })).toMatchObject({ cost_source: 'computed' });
  const grounded = [{ finishReason: 'STOP', groundingMetadata: { webSearchQueries: ['a', 'b'] } }];
  expect(await gemini({ usageMetadata: plain, candidates: grounded })).toMatchObject({
    call: { attributes: { web_searches: 2 } },
    cost_source: 'approximate',
  });
});

test('how much of the web Perplexity read for a request is told and paid, also in a stream', async () => {
  const usage = {
    prompt_tokens: 10_000,
    completion_tokens: 1_000,
    total_tokens: 11_000,
    search_context_size: 'medium',
    cost: { input_tokens_cost: 0.03, output_tokens_cost: 0.015, request_cost: 0.01, total_cost: 0.055 },
  };
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Berlin' } }];
  const whole = JSON.stringify({ id: 'c-1', object: 'chat.completion', model: 'sonar-pro', choices, usage });
  const streamed =
    event({ id: 'c-1', model: 'sonar-pro', choices: [{ index: 0, delta: { content: 'Berlin' } }] }) +
    event({ id: 'c-1', model: 'sonar-pro', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage }) +
    'data: [DONE]\n\n';
  for (const body of [whole, streamed]) {
    const { call, cost, cost_source } = await metered('/chat/completions', body, 'sonar-pro', 'perplexity');
    expect(call).toMatchObject({ attributes: { search_context_size: 'medium' }, reported_cost_usd: 0.055 });
    expect({ cost, cost_source }).toEqual({ cost: 0.055, cost_source: 'computed' });
  }
});

test('reasoning of a research of Perplexity stands beside what it wrote', async () => {
  const usage = {
    prompt_tokens: 33,
    completion_tokens: 7_163,
    total_tokens: 7_196,
    citation_tokens: 20_016,
    num_search_queries: 18,
    reasoning_tokens: 1_000,
  };
  const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Berlin' } }];
  const body = JSON.stringify({ id: 'c-1', object: 'chat.completion', model: 'sonar-deep-research', choices, usage });
  const { call, cost, cost_source } = await metered('/chat/completions', body, 'sonar-deep-research', 'perplexity');
  expect(call).toMatchObject({ output_tokens: 8_163, reasoning_tokens: 1_000 });
  // 33 × 2 + 7163 × 8 + 20016 × 2 + 1000 × 3 millionths, and half a cent for each search.
  expect({ cost, cost_source }).toEqual({ cost: 0.190402, cost_source: 'computed' });
});
