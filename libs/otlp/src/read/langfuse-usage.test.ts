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

test.each([
  [{ input: 5_000, cache_read_input_tokens: 2_000, output: 42 }, 7_000],
  [{ input: 5_000, cache_creation_input_tokens: 1_000, cache_read_input_tokens: 2_000, output: 42 }, 8_000],
  [{ input: 5_000, cache_read_input_tokens: 2_000, output: 42, total: 5_042 }, 5_000],
  [{ prompt_tokens: 5_000, completion_tokens: 42, prompt_tokens_details: { cached_tokens: 2_000 } }, 5_000],
])('what %j counts as input, by its own names without a total, is beside the cache', (usage, input) => {
  expect(langfuseUsage(usage)).toMatchObject({ input_tokens: input, output_tokens: 42 });
});
