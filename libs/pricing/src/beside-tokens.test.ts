import { expect, test } from 'vitest';
import { besideOf, besideOfUsage } from './beside-tokens.ts';

test.each([
  [{ input_tokens: 5, server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 } }, { web_searches: 2 }],
  [{ server_tool_use: null }, {}],
  [{ inference_geo: 'us' }, { inference_geo: 'us' }],
  [{ inference_geo: 'not_available' }, {}],
  [
    { prompt_tokens: 5, num_search_queries: 8, citation_tokens: 70 },
    { web_searches: 8, citation_tokens: 70 },
  ],
  [{ prompt_tokens: 5, search_context_size: 'low', citation_tokens: null }, { search_context_size: 'low' }],
  [{ search_context_size: 'huge' }, {}],
  [{ prompt_tokens: 5, num_sources_used: 4 }, { web_searches: 4 }],
  [
    { prompt_tokens_details: { audio_tokens: 7 }, completion_tokens_details: { audio_tokens: 3, reasoning_tokens: 1 } },
    { audio_tokens: 10 },
  ],
  [{ prompt_tokens_details: { audio_tokens: 0 }, completion_tokens_details: null }, {}],
  [
    {
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 4 },
        { modality: 'AUDIO', tokenCount: 6 },
      ],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
    },
    { audio_tokens: 6, output_image_tokens: 1290 },
  ],
  [{ promptTokensDetails: [null, 'x', { modality: 'AUDIO' }], candidatesTokensDetails: {} }, {}],
  [null, {}],
])('%o tells %o', (usage, beside) => {
  expect(besideOfUsage(usage)).toEqual(beside);
});

test('what is no count is not taken', () => {
  expect(besideOf({ web_searches: -1, audio_tokens: 1.5, output_image_tokens: 'many', other: 3 })).toEqual({});
  expect(besideOf(undefined)).toEqual({});
});
