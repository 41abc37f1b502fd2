import { expect, test } from 'vitest';
import { deriveProvider } from './derive-provider.ts';
import { createPriceBook } from './price-book.ts';

const book = createPriceBook();

test('the name of the model billed tells who sold it, where the sender did not say', () => {
  const sellers = {
    'claude-sonnet-4-5': 'anthropic',
    'gpt-5': 'openai',
    'gemini-2.5-pro': 'google',
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0': 'aws',
    'claude-sonnet-4-5@20250929': 'google',
    'openrouter/anthropic/claude-sonnet-4.5': 'openrouter',
    'mistral-large-latest': 'mistral',
    unknown: null,
    'house-coder-7b': null,
  };
  for (const [model, seller] of Object.entries(sellers)) expect(deriveProvider({ model }, book), model).toBe(seller);
  expect(deriveProvider({ model: 'best', response_model: 'gpt-5' }, book)).toBe('openai');
});

test('also a model without a price has a seller, and what was said is never put aside', () => {
  expect(deriveProvider({ model: 'gpt-99-enormous' }, book)).toBe('openai');
  expect(deriveProvider({ model: 'gpt-5', provider: 'litellm' }, book)).toBeNull();
});
