import { expect, test } from 'vitest';
import { canonicalProvider } from './provider-aliases.ts';
import { resolveProvider } from './resolve-provider.ts';

test.each([
  ['anthropic', 'anthropic'],
  ['anthropic.messages', 'anthropic'],
  ['openai.responses', 'openai'],
  ['azure-openai.chat', 'azure'],
  ['az.ai.openai', 'azure'],
  ['aws.bedrock', 'aws'],
  ['amazon-bedrock', 'aws'],
  ['gcp.vertex_ai', 'google'],
  ['google.vertex.chat', 'google'],
  ['google.generative-ai', 'google'],
  ['vertex.anthropic.messages', 'google'],
  ['xai.chat', 'x-ai'],
  ['groq.chat', 'groq'],
  ['deepseek.chat', 'deepseek'],
  ['openrouter', 'openrouter'],
  ['litellm', null],
  ['my-gateway', null],
])('a client that says %s means the seller %s', (given, seller) => {
  expect(canonicalProvider(given)).toBe(seller);
});

test('the host that answers goes before what the SDK believes to talk to', () => {
  const call = { provider: 'openai', base_url: 'https://openrouter.ai/api/v1', model: 'openai/gpt-4o' };
  expect(resolveProvider(call)[0]).toEqual({ provider: 'openrouter', model: 'openai/gpt-4o', certain: true });
});

test('a local port says nothing, so that what was given counts', () => {
  const call = { provider: 'anthropic', base_url: 'http://127.0.0.1:9000', model: 'claude-opus-5' };
  expect(resolveProvider(call)[0]).toEqual({ provider: 'anthropic', model: 'claude-opus-5', certain: true });
});

test('a seller that was guessed against what was given is never certain', () => {
  const sellers = resolveProvider({ provider: 'my-gateway', model: 'gpt-5' });
  expect(sellers).toEqual([
    { provider: 'my-gateway', model: 'gpt-5', certain: true },
    { provider: 'openai', model: 'gpt-5', certain: false },
  ]);
});

test("nobody's list price is looked for behind one's own machine", () => {
  expect(resolveProvider({ provider: 'ollama', model: 'gpt-oss:20b' })).toEqual([
    { provider: 'ollama', model: 'gpt-oss:20b', certain: true },
  ]);
});

test.each([
  ['azure/gpt-4o', 'azure', 'gpt-4o'],
  ['vertex_ai/claude-opus-4-1', 'google', 'claude-opus-4-1'],
  ['vertex_ai/claude-sonnet-4-5@20250929', 'google', 'claude-sonnet-4-5@20250929'],
  ['anthropic/claude-sonnet-4-5@20250929', 'google', 'claude-sonnet-4-5@20250929'],
  ['bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['openrouter/openai/gpt-5', 'openrouter', 'openai/gpt-5'],
  ['anthropic/claude-sonnet-4.5:beta', 'openrouter', 'anthropic/claude-sonnet-4.5:beta'],
  ['models/gemini-2.5-pro', 'google', 'gemini-2.5-pro'],
  ['openai/gpt-5-2025-08-07', 'openai', 'gpt-5-2025-08-07'],
])('of %s alone the seller is %s', (model, provider, name) => {
  expect(resolveProvider({ model })[0]).toEqual({ provider, model: name, certain: true });
});

test('a model that its seller is not known to sell is near what its maker asks, and never near it where it is free', () => {
  expect(resolveProvider({ model: 'azure/gpt-9' })).toEqual([
    { provider: 'azure', model: 'gpt-9', certain: true },
    { provider: 'openai', model: 'gpt-9', certain: false },
  ]);
  expect(resolveProvider({ model: 'deepseek/deepseek-chat-v9:free' }).map(({ provider }) => provider)).toEqual([
    'openrouter',
  ]);
  expect(resolveProvider({ model: 'ollama/deepseek-r1' })).toEqual([]);
});
