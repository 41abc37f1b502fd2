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
