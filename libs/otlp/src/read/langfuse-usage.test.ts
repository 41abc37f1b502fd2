import { expect, test } from 'vitest';
import { langfuseUsage } from './langfuse-usage.ts';

const counts = { input_tokens: 9_000, output_tokens: 77, cache_read_tokens: 6_000, reasoning_tokens: 33 };

test.each([
  [
    'the wrapper of the OpenAI SDK, chat',
    {
      prompt_tokens: 9_000,
      completion_tokens: 77,
      total_tokens: 9_077,
      prompt_tokens_details: { cached_tokens: 6_000 },
      completion_tokens_details: { reasoning_tokens: 33 },
    },
  ],
  [
    'the wrapper of the OpenAI SDK, responses',
    {
      input_tokens: 9_000,
      output_tokens: 77,
      total_tokens: 9_077,
      input_tokens_details: { cached_tokens: 6_000 },
      output_tokens_details: { reasoning_tokens: 33 },
    },
  ],
  [
    'the handler of LangChain, which takes the parts out',
    { input: 3_000, output: 44, input_cache_read: 6_000, output_reasoning: 33, total: 9_077 },
  ],
  [
    'its own names, inclusive',
    { input: 9_000, output: 77, input_cached_tokens: 6_000, output_reasoning_tokens: 33, total: 9_077 },
  ],
])('the usage that %s leaves', (_, usage) => {
  expect(langfuseUsage(usage)).toEqual({ ...counts, cache_write_tokens: undefined });
});
