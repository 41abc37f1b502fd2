import { sse } from './fake-provider.ts';

export const openAiUsage = {
  prompt_tokens: 9000,
  completion_tokens: 77,
  total_tokens: 9077,
  prompt_tokens_details: { cached_tokens: 6000 },
  completion_tokens_details: { reasoning_tokens: 33 },
};

/** A chunk of a streamed chat completion, as OpenAI sends it with and without the question for usage. */
export const chatChunk = (asked: boolean, fields: object): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-5-2025-08-07',
  service_tier: 'default',
  system_fingerprint: null,
  ...fields,
  ...(asked ? { usage: null } : {}),
  obfuscation: 'xY"usage":null',
});

export const chatStream = (asked: boolean): Buffer =>
  sse([
    [
      null,
      chatChunk(asked, { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] }),
    ],
    [
      null,
      chatChunk(asked, { choices: [{ index: 0, delta: { content: 'Grüße, "usage":null' }, finish_reason: null }] }),
    ],
    [
      null,
      chatChunk(asked, {
        choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'call_1', function: { name: 'f' } }] } }],
      }),
    ],
    [null, chatChunk(asked, { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] })],
    ...(asked ? [[null, { ...chatChunk(false, { choices: [] }), usage: openAiUsage }] as const] : []),
    [null, '[DONE]'],
  ]);
