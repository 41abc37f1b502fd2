import { providerOfUrl } from './provider-aliases.ts';
import { expect, test } from 'vitest';
import { providerOfHost } from './provider-of-host.ts';

test.each([
  ['api.anthropic.com', 'anthropic'],
  ['api.openai.com', 'openai'],
  ['fleet.openai.azure.com', 'azure'],
  ['fleet.services.ai.azure.com', 'azure'],
  ['fleet.cognitiveservices.azure.com', 'azure'],
  ['generativelanguage.googleapis.com', 'google'],
  ['us-east5-aiplatform.googleapis.com', 'google'],
  ['bedrock-runtime.eu-central-1.amazonaws.com', 'aws'],
  ['openrouter.ai', 'openrouter'],
  ['api.githubcopilot.com', 'github-copilot'],
  ['api.cerebras.ai', 'cerebras'],
  ['api.cohere.ai', 'cohere'],
  ['api.deepseek.com', 'deepseek'],
  ['api.fireworks.ai', 'fireworks'],
  ['api.groq.com', 'groq'],
  ['api.minimax.io', 'minimax'],
  ['api.mistral.ai', 'mistral'],
  ['api.moonshot.ai', 'moonshotai'],
  ['api.novita.ai', 'novita'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.together.xyz', 'together'],
  ['api.x.ai', 'x-ai'],
  ['api.z.ai', 'zai'],
])('%s is the API of %s, as the price list says', (host, provider) => {
  expect(providerOfHost(host)).toBe(provider);
  expect(providerOfUrl(`https://${host}/v1`)).toBe(provider);
});

test('hosts of a region are those of their seller', () => {
  expect(providerOfHost('eu.api.openai.com')).toBe('openai');
  expect(providerOfHost('us-west-1.api.x.ai')).toBe('x-ai');
});

test.each(['127.0.0.1', 'localhost', 'litellm.local', 'api.openai.com.example', 'notopenai.com', ''])(
  'whose API answers at "%s" its name does not tell',
  (host) => {
    expect(providerOfHost(host)).toBeUndefined();
  },
);
