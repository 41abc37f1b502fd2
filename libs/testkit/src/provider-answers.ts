import { openAiUsage } from './chat-stream.ts';
import { sse } from './fake-provider.ts';

const usage = {
  input_tokens: 12,
  cache_creation_input_tokens: 2000,
  cache_read_input_tokens: 18000,
  cache_creation: { ephemeral_5m_input_tokens: 1500, ephemeral_1h_input_tokens: 500 },
  output_tokens: 42,
  service_tier: 'standard',
};
const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5-20250929' };
const responsesUsage = {
  input_tokens: 9000,
  input_tokens_details: { cached_tokens: 6000 },
  output_tokens: 77,
  output_tokens_details: { reasoning_tokens: 33 },
  total_tokens: 9077,
};
const geminiUsage = {
  promptTokenCount: 900,
  cachedContentTokenCount: 600,
  candidatesTokenCount: 44,
  thoughtsTokenCount: 33,
  totalTokenCount: 977,
};

/** One answer of each API, streamed and whole, and what the record of its call must hold. */
export const answers = {
  anthropicStream: {
    path: '/v1/messages?beta=true',
    request: {
      model: 'claude-sonnet-4-5',
      max_tokens: 100,
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
      tools: [{ name: 'a' }, { name: 'b' }],
    },
    body: sse([
      [
        'message_start',
        {
          type: 'message_start',
          message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
        },
      ],
      ['ping', { type: 'ping' }],
      ['content_block_start', { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }],
      [
        'content_block_delta',
        {
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'text_delta', text: 'Größe {"usage": {"output_tokens": 99999}} \\ "' },
        },
      ],
      [
        'content_block_start',
        { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 't', name: 'a', input: {} } },
      ],
      [
        'message_delta',
        {
          type: 'message_delta',
          delta: { stop_reason: 'tool_use', stop_sequence: null },
          usage: { input_tokens: null, output_tokens: 42, output_tokens_details: { thinking_tokens: 7 } },
        },
      ],
      ['message_stop', { type: 'message_stop' }],
    ]),
    expected: {
      model: 'claude-sonnet-4-5',
      response_model: 'claude-sonnet-4-5-20250929',
      status: 'ok',
      streamed: true,
      input_tokens: 20012,
      output_tokens: 42,
      cache_read_tokens: 18000,
      cache_write_5m_tokens: 1500,
      cache_write_1h_tokens: 500,
      reasoning_tokens: 7,
      service_tier: 'standard',
      stop_reason: 'tool_use',
      tool_calls: 1,
      message_id: 'msg_1',
      message_count: 1,
      tool_count: 2,
      operation: 'chat',
    },
  },
  anthropicWhole: {
    path: '/v1/messages',
    request: { model: 'claude-sonnet-4-5', messages: [{ role: 'user', content: 'hi' }] },
    body: Buffer.from(
      JSON.stringify({
        ...message,
        content: [
          { type: 'text', text: 'x' },
          { type: 'tool_use', id: 't' },
        ],
        stop_reason: 'end_turn',
        usage,
      }),
    ),
    expected: {
      input_tokens: 20012,
      output_tokens: 42,
      stop_reason: 'end_turn',
      tool_calls: 1,
      message_id: 'msg_1',
      status: 'ok',
    },
  },
  chatWhole: {
    path: '/v1/chat/completions',
    request: { model: 'gpt-5', messages: [] },
    body: Buffer.from(
      JSON.stringify(
        {
          id: 'chatcmpl-1',
          model: 'gpt-5-2025-08-07',
          service_tier: 'default',
          choices: [{ index: 0, finish_reason: 'stop', message: { content: 'x' } }],
          usage: openAiUsage,
        },
        null,
        2,
      ),
    ),
    expected: {
      input_tokens: 9000,
      output_tokens: 77,
      cache_read_tokens: 6000,
      reasoning_tokens: 33,
      service_tier: 'default',
      message_id: 'chatcmpl-1',
      status: 'ok',
    },
  },
  responsesStream: {
    path: '/v1/responses',
    request: { model: 'gpt-5', stream: true, input: [{ role: 'user' }, { role: 'user' }] },
    body: sse([
      [
        'response.created',
        {
          type: 'response.created',
          response: {
            id: 'resp_1',
            status: 'in_progress',
            model: 'gpt-5-2025-08-07',
            usage: null,
            error: null,
            output: [],
          },
        },
      ],
      [
        'response.output_item.added',
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { id: 'fc_1', type: 'function_call', status: 'in_progress' },
        },
      ],
      ['response.output_text.delta', { type: 'response.output_text.delta', item_id: 'msg_9', delta: 'hé' }],
      [
        'response.completed',
        {
          type: 'response.completed',
          response: {
            id: 'resp_1',
            status: 'completed',
            model: 'gpt-5-2025-08-07',
            output: [
              { type: 'function_call', id: 'fc_1' },
              { type: 'message', id: 'm' },
            ],
            service_tier: 'flex',
            usage: responsesUsage,
            error: null,
          },
        },
      ],
    ]),
    expected: {
      input_tokens: 9000,
      output_tokens: 77,
      cache_read_tokens: 6000,
      reasoning_tokens: 33,
      service_tier: 'flex',
      message_id: 'resp_1',
      tool_calls: 1,
      message_count: 2,
      status: 'ok',
      streamed: true,
    },
  },
  responsesWhole: {
    path: '/v1/responses',
    request: { model: 'gpt-5', input: 'hi' },
    body: Buffer.from(
      JSON.stringify({
        id: 'resp_1',
        object: 'response',
        status: 'completed',
        model: 'gpt-5',
        error: null,
        incomplete_details: null,
        output: [{ type: 'message' }],
        usage: responsesUsage,
      }),
    ),
    expected: { input_tokens: 9000, output_tokens: 77, message_id: 'resp_1', status: 'ok', stop_reason: 'completed' },
  },
  geminiStream: {
    path: '/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
    request: { contents: [{ parts: [] }], generationConfig: { maxOutputTokens: 9 } },
    body: sse([
      [
        null,
        {
          candidates: [{ content: { parts: [{ text: 'a' }] } }],
          usageMetadata: { promptTokenCount: 900, totalTokenCount: 900 },
          modelVersion: 'gemini-2.5-pro',
          responseId: 'g1',
        },
      ],
      [
        null,
        {
          candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: {} } }] }, finishReason: 'STOP' }],
          usageMetadata: geminiUsage,
          modelVersion: 'gemini-2.5-pro',
          responseId: 'g1',
        },
      ],
    ]),
    expected: {
      model: 'gemini-2.5-pro',
      input_tokens: 900,
      output_tokens: 77,
      reasoning_tokens: 33,
      cache_read_tokens: 600,
      message_id: 'g1',
      tool_calls: 1,
      status: 'ok',
      streamed: true,
    },
  },
  geminiList: {
    path: '/v1beta/models/gemini-2.5-pro:streamGenerateContent',
    request: { contents: [] },
    body: Buffer.from(
      JSON.stringify(
        [
          { candidates: [{ content: { parts: [{ text: 'a' }] } }], usageMetadata: { promptTokenCount: 1 } },
          { candidates: [{ finishReason: 'STOP' }], usageMetadata: geminiUsage, responseId: 'g1' },
        ],
        null,
        1,
      ),
    ),
    expected: { input_tokens: 900, output_tokens: 77, message_id: 'g1', status: 'ok' },
  },
  ollama: {
    path: '/api/chat',
    request: { model: 'llama3', messages: [] },
    body: Buffer.from(
      '{"model":"llama3","message":{"content":"a"},"done":false}\n{"model":"llama3","done":true,"done_reason":"stop","prompt_eval_count":26,"eval_count":298}\n',
    ),
    expected: { provider: 'ollama', input_tokens: 26, output_tokens: 298, stop_reason: 'stop', status: 'ok' },
  },
} as const;
