import { expect, test } from 'vitest';
import { placeOfSpan, providerOfSpan } from './provider-of-span.ts';

test.each([
  ['fleet.openai.azure.com', 'azure'],
  ['api.groq.com', 'groq'],
  ['openrouter.ai', 'openrouter'],
  ['api.openai.com', 'openai'],
  // A gateway or a machine of one's own: no more is known than what the client says.
  ['litellm.local', 'openai'],
])('a client of OpenAI that called %s called %s', (address, provider) => {
  expect(providerOfSpan({ 'gen_ai.system': 'openai', 'server.address': address }, undefined)).toBe(provider);
});

test.each([
  [{ 'gen_ai.system': 'OpenAI', 'gen_ai.openai.api_base': 'https://api.deepseek.com/v1' }, 'deepseek'],
  [{ 'gen_ai.system': 'anthropic', 'server.address': 'bedrock-runtime.us-east-1.amazonaws.com' }, 'aws'],
  [{ 'gen_ai.system': 'anthropic', 'server.address': 'us-east5-aiplatform.googleapis.com' }, 'google'],
  [{ 'gen_ai.system': 'langchain', 'server.address': 'api.mistral.ai' }, 'mistral'],
  [{ 'server.address': 'api.x.ai' }, 'x-ai'],
  [{ 'gen_ai.provider.name': 'gcp.vertex_ai', 'server.address': 'aiplatform.googleapis.com' }, 'gcp.vertex_ai'],
  [{ 'ai.model.provider': 'openai.responses' }, 'openai'],
  [{ 'gen_ai.system': 'crewai' }, undefined],
  [{ 'gen_ai.system': 'openai', 'server.address': 'not a host' }, 'openai'],
  [{}, undefined],
])('%o is of %s', (attributes, provider) => {
  expect(providerOfSpan(attributes, undefined)).toBe(provider);
});

test.each([
  ['us-east5-aiplatform.googleapis.com', 'regional'],
  ['aiplatform.eu.rep.googleapis.com', 'regional'],
  ['aiplatform.googleapis.com', undefined],
  ['api.anthropic.com', undefined],
])('an endpoint of Vertex for one region is told, as %s', (address, place) => {
  expect(placeOfSpan({ 'server.address': address })).toBe(place);
});
