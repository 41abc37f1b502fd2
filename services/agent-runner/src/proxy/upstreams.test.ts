import { expect, test } from 'vitest';
import { upstreamsOf } from './upstreams.ts';

test.each([
  ['https://api.groq.com/openai/v1', 'groq'],
  ['https://fleet.openai.azure.com/openai/v1', 'azure'],
  ['https://api.perplexity.ai', 'perplexity'],
  ['https://api.x.ai/v1', 'x-ai'],
  ['http://127.0.0.1:4000/v1', undefined],
])('what a client of OpenAI calls at %s is billed by %s', (OPENAI_BASE_URL, provider) => {
  const upstream = upstreamsOf({ OPENAI_BASE_URL }).find(({ name }) => name === 'openai');
  expect(upstream).toMatchObject({ base: new URL(OPENAI_BASE_URL), isDefault: false });
  expect(upstream?.provider).toBe(provider);
});
