import type { RecordOf } from '@telltale/contracts/records/record';
import { overridesFile } from '@telltale/contracts/price-rows';
import { expect, test } from 'vitest';
import { createPriceBook } from './price-book.ts';
import { priceCall } from './price-call.ts';

const builtIn = createPriceBook();
const priced = (call: Partial<RecordOf<'llm_call'>>, book = builtIn) => {
  const record: RecordOf<'llm_call'> = {
    v: 1,
    id: '019a0000-0000-7000-8000-000000000001',
    kind: 'llm_call',
    at: '2026-11-21T12:00:00.000Z',
    agent_id: 'a',
    model: 'unknown',
    input_tokens: 1_000,
    output_tokens: 500,
    status: 'ok',
    origin: 'sdk',
    ...call,
  };
  const { cost_usd, cost_source, breakdown } = priceCall({ record, book });
  return { usd: Number(cost_usd), source: cost_source, notes: breakdown.notes };
};

test('a research of Perplexity costs its citations, reasoning and searches too, to the last digit', () => {
  // https://docs.perplexity.ai/getting-started/pricing: $2 in, $8 out, $2 cited, $3 reasoned, $5 for a thousand searches.
  const research = {
    provider: 'perplexity',
    model: 'sonar-deep-research',
    input_tokens: 33,
    output_tokens: 7_163 + 73_997,
    reasoning_tokens: 73_997,
  };
  const attributes = { citation_tokens: 20_016, web_searches: 18 };
  expect(priced({ ...research, attributes })).toEqual({ usd: 0.409393, source: 'computed', notes: [] });
  // One that is not told of has searched all the same.
  expect(priced(research)).toMatchObject({ source: 'approximate', notes: ['searches_not_told'] });
});

test.each([
  ['openai', 'gpt-4o-search-preview', 0.0325],
  ['openai', 'gpt-4o-mini-search-preview-2025-03-11', 0.02545],
])('%s %s pays for its search, whose price changed, in an approximate amount', (provider, model, usd) => {
  expect(priced({ provider, model })).toEqual({ usd, source: 'approximate', notes: ['searches_not_told'] });
});

test('a model that always searches is approximate where its searches are not told, and computed where they are', () => {
  const research = { provider: 'openai', model: 'o4-mini-deep-research-2025-06-26' };
  expect(priced(research)).toMatchObject({ usd: 0.006, source: 'approximate', notes: ['searches_not_told'] });
  // $10 for a thousand.
  expect(priced({ ...research, attributes: { web_searches: 3 } })).toEqual({
    usd: 0.036,
    source: 'computed',
    notes: [],
  });
  expect(priced({ provider: 'perplexity', model: 'sonar-pro-search' })).toMatchObject({ source: 'approximate' });
  // Of a reseller the list tells no fee of a request.
  expect(priced({ provider: 'openrouter', model: 'perplexity/sonar-pro' })).toMatchObject({
    source: 'approximate',
    notes: ['searches_not_told'],
  });
});

test.each([
  ['openai', 'gpt-4o-audio-preview'],
  ['openai', 'gpt-realtime'],
  ['openai', 'gpt-4o-transcribe'],
  ['google', 'gemini-live-2.5-flash'],
  ['google', 'gemini-2.5-flash-image'],
  ['openai', 'gpt-image-1.5'],
])('%s %s, made for what is no text, is approximate where a call does not say what it was', (provider, model) => {
  expect(priced({ provider, model })).toMatchObject({ source: 'approximate', notes: ['tokens_that_are_no_text'] });
});

test('what a model speaks or draws at one price is computed', () => {
  // $0.60 in as text, $12 out as audio; $5 in, $40 out as pictures.
  expect(priced({ provider: 'openai', model: 'gpt-4o-mini-tts' })).toMatchObject({ usd: 0.0066, source: 'computed' });
  expect(priced({ provider: 'openai', model: 'gpt-image-1' })).toMatchObject({ usd: 0.025, source: 'computed' });
});

test.each([[{ model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' }], [{ model: 'claude-sonnet-4@20250514' }]])(
  'a long prompt to %o, of which the seller lists no price, is approximate',
  (call) => {
    expect(priced({ ...call, input_tokens: 200_000 })).toMatchObject({ source: 'computed' });
    expect(priced({ ...call, input_tokens: 200_001 })).toMatchObject({
      source: 'approximate',
      notes: ['long_context_unpriced'],
    });
    const at = '2025-08-11T00:00:00.000Z';
    expect(priced({ ...call, input_tokens: 200_001, at })).toMatchObject({ source: 'computed' });
  },
);

test('Claude at an endpoint of one region of Vertex costs a tenth more, where a call says that it was there', () => {
  const call = { model: 'claude-sonnet-4-5@20250929', provider: 'gcp.vertex_ai' };
  const regional = { attributes: { inference_geo: 'regional' } };
  expect(priced(call)).toEqual({ usd: 0.0105, source: 'computed', notes: [] });
  expect(priced({ ...call, ...regional })).toEqual({ usd: 0.01155, source: 'computed', notes: [] });
  // Models before it, and Google's own, cost the same everywhere.
  const before = { model: 'claude-sonnet-4@20250514', ...regional };
  expect(priced(before)).toEqual({ usd: 0.0105, source: 'computed', notes: [] });
  expect(priced({ model: 'gemini-2.5-flash', provider: 'gcp.vertex_ai', ...regional })).toMatchObject({
    usd: 0.00155,
    source: 'computed',
  });
  expect(priced({ model: 'claude-sonnet-4-5', provider: 'anthropic', ...regional }).source).toBe('approximate');
});

test('where a row of the person’s own prices a model, no token and no search that was not told makes it approximate', () => {
  const models = ['sonar-deep-research', 'sonar-pro-search', 'gpt-audio', 'claude-sonnet-4-5'];
  const prices = models.map((model) => ({ model, per_million: { input: 1, output: 2 } }));
  const book = createPriceBook({ overrides: overridesFile.parse({ version: 1, prices }) });
  for (const model of models) {
    const call = { model, provider: 'openrouter', input_tokens: 300_000 };
    expect(priced(call, book)).toEqual({ usd: 0.301, source: 'computed', notes: [] });
  }
  // What it tells of is paid by the list, which a row says nothing of.
  const told = { attributes: { citation_tokens: 20_016, web_searches: 18 } };
  expect(priced({ model: 'sonar-deep-research', provider: 'perplexity', ...told }, book)).toEqual({
    usd: 0.132032,
    source: 'computed',
    notes: [],
  });
});
