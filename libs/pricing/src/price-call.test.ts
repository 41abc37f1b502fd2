import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordOf } from '@telltale/contracts/records/record';
import { attoOf } from './decimal.ts';
import { listVersion } from './list-price.ts';
import { overridesFile, type OverridesInput } from '@telltale/contracts/price-rows';
import { priceCall } from './price-call.ts';
import { createPriceBook, type PriceBook } from './price-book.ts';

type Call = RecordOf<'llm_call'>;
type Case = {
  name: string;
  model: string;
  response_model?: string;
  provider?: string;
  base_url?: string;
  service_tier?: string;
  speed?: string;
  search_context_size?: string;
  at: string;
  no_output?: boolean;
  usage: {
    fresh: number;
    cache_read: number;
    cache_write_5m: number;
    cache_write_1h: number;
    output: number;
    reasoning?: number;
  };
  cost_usd: string | null;
  cost_source: string;
};

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
const cases = JSON.parse(fixture('hand-checked.json')) as Case[];

function call(fields: Partial<Call>): Call {
  return {
    v: 1,
    id: '019a0000-0000-7000-8000-000000000001',
    kind: 'llm_call',
    at: '2026-11-21T12:00:00.000Z',
    agent_id: 'a',
    model: 'unknown',
    status: 'ok',
    origin: 'otlp',
    ...fields,
  };
}

function recordOf(c: Case): Call {
  const { fresh, cache_read, cache_write_5m, cache_write_1h, output, reasoning } = c.usage;
  return call({
    at: c.at,
    model: c.model,
    ...(c.provider === undefined ? {} : { provider: c.provider }),
    ...(c.response_model === undefined ? {} : { response_model: c.response_model }),
    ...(c.service_tier === undefined ? {} : { service_tier: c.service_tier }),
    ...(c.speed === undefined ? {} : { speed: c.speed }),
    input_tokens: fresh + cache_read + cache_write_5m + cache_write_1h,
    cache_read_tokens: cache_read,
    cache_write_5m_tokens: cache_write_5m,
    cache_write_1h_tokens: cache_write_1h,
    ...(c.no_output === true ? {} : { output_tokens: output }),
    ...(reasoning === undefined ? {} : { reasoning_tokens: reasoning }),
    ...(c.search_context_size === undefined ? {} : { attributes: { search_context_size: c.search_context_size } }),
  });
}

const book = createPriceBook();
const own = (overrides: OverridesInput) => createPriceBook({ overrides: overridesFile.parse(overrides) });
const tokens = { input_tokens: 1_000_000, output_tokens: 100_000 };

describe('the hand-checked table', () => {
  test('holds at least 60 cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
  });

  test.each(cases)('$name', (c) => {
    const priced = priceCall({ record: recordOf(c), book, base_url: c.base_url });
    expect({ cost_usd: priced.cost_usd, cost_source: priced.cost_source }).toEqual({
      cost_usd: c.cost_usd,
      cost_source: c.cost_source,
    });
  });
});

test('a row that prices one class alone leaves the others as they were', () => {
  const record = call({ provider: 'openai', model: 'gpt-4o', ...tokens });
  const priced = (row: object) =>
    priceCall({ record, book: own({ version: 1, prices: [{ model: 'gpt-4o', ...row }] }) });
  // The list: $2.50 and $10 per million; 1 M in, 0.1 M out.
  expect(priced({ per_million: { input: 2 } })).toMatchObject({ cost_usd: '3.000000000', cost_source: 'computed' });
  expect(priced({ per_million: { output: '9' } })).toMatchObject({ cost_usd: '3.400000000', cost_source: 'computed' });
  expect(priced({ per_request: 0.001 })).toMatchObject({ cost_usd: '3.501000000', cost_source: 'computed' });
  const cached = call({ provider: 'openai', model: 'gpt-4o', ...tokens, cache_read_tokens: 1_000_000 });
  const output = own({ version: 1, prices: [{ model: 'gpt-4o', per_million: { output: 9 } }] });
  expect(priceCall({ record: cached, book: output }).cost_usd).toBe('2.150000000');
  // The list has $1 in and $1 out, and a request costs $5 a thousand of them.
  const asked = call({ provider: 'perplexity', model: 'sonar', ...tokens });
  const cheaper = own({ version: 1, prices: [{ model: 'sonar', per_million: { input: 0.5 } }] });
  const difference =
    Number(priceCall({ record: asked, book }).cost_usd) - Number(priceCall({ record: asked, book: cheaper }).cost_usd);
  expect(difference).toBeCloseTo(0.5, 9);
  // Nothing behind the row leaves it unknown.
  const alone = own({ version: 1, prices: [{ model: 'house', per_million: { input: 2 } }] });
  expect(priceCall({ record: call({ model: 'house', ...tokens }), book: alone }).cost_source).toBe('unknown');
});

describe("Claude Code's own figures", () => {
  const rows = fixture('price-comparison.txt')
    .trim()
    .split('\n')
    .map((line) => {
      const [, model = '', response_model = '', usd = '', basis = '', counts = ''] =
        /^(\S+)\s+(\S+)\s+claude-code \$(\S+) .*\| (list|unknown) ([\d ]+)$/.exec(line) ?? [];
      const [fresh = 0, output = 0, cache_read = 0, written = 0] = counts.split(' ').map(Number);
      return { model, response_model, usd, basis, fresh, output, cache_read, written };
    });

  test.each(rows)('$model is priced to the micro-dollar', (row) => {
    // The scripted server splits each call's 2000 written tokens into 1500 for 5 minutes and 500 for 1 hour.
    const priced = priceCall({
      record: call({
        model: row.model,
        response_model: row.response_model,
        input_tokens: row.fresh + row.cache_read + row.written,
        cache_read_tokens: row.cache_read,
        cache_write_5m_tokens: row.written - 500,
        cache_write_1h_tokens: 500,
        output_tokens: row.output,
      }),
      book,
    });
    if (row.basis === 'unknown') expect(priced).toMatchObject({ cost_usd: null, cost_source: 'unknown' });
    else {
      expect(priced.cost_source).toBe('computed');
      expect(attoOf(priced.cost_usd ?? '0')).toBe(attoOf(row.usd));
    }
  });
});

describe('what we do not know', () => {
  test('a call without token counts has no cost, whatever its model', () => {
    const priced = priceCall({ record: call({ model: 'gpt-4o', status: 'error' }), book });
    expect(priced).toMatchObject({ cost_usd: null, cost_source: 'unknown', breakdown: { notes: ['no_tokens'] } });
  });

  test('a call with only half of its counts is approximate', () => {
    const priced = priceCall({ record: call({ model: 'gpt-4o', input_tokens: 1000 }), book });
    expect(priced).toMatchObject({ cost_usd: '0.002500000', cost_source: 'approximate' });
    expect(priced.breakdown.notes).toEqual(['output_tokens_missing']);
  });

  test('but where counters tell the two sides apart, each is whole', () => {
    const side = { model: 'gpt-4o', origin: 'otlp', attributes: { signal: 'metric' } } as const;
    const sides = [{ input_tokens: 1000 }, { output_tokens: 1000 }];
    const priced = sides.map((tokensOfSide) => priceCall({ record: call({ ...side, ...tokensOfSide }), book }));
    expect(priced.map(({ cost_usd, cost_source }) => [cost_usd, cost_source])).toEqual([
      ['0.002500000', 'computed'],
      ['0.010000000', 'computed'],
    ]);
  });

  test("the provider's own figure counts only when our proxy read it and no price of ours applies", () => {
    const fields = { model: 'house-model', ...tokens, reported_cost_usd: 0.0421 };
    expect(priceCall({ record: call({ ...fields, origin: 'proxy' }), book })).toMatchObject({
      cost_usd: '0.042100000',
      cost_source: 'provider',
    });
    expect(priceCall({ record: call({ ...fields, origin: 'sdk' }), book }).cost_usd).toBeNull();
    const listed = priceCall({ record: call({ ...fields, model: 'gpt-4o', origin: 'proxy' }), book });
    expect(listed.cost_source).toBe('computed');
  });

  test('a default price makes unpriced calls estimated and leaves priced ones alone', () => {
    const withDefault = own({ version: 1, prices: [], default_price: { per_million: { input: 1, output: 2 } } });
    expect(priceCall({ record: call({ model: 'house-model', ...tokens }), book: withDefault })).toMatchObject({
      cost_usd: '1.200000000',
      cost_source: 'estimated',
      breakdown: { basis: 'default' },
    });
    expect(priceCall({ record: call({ model: 'gpt-4o', ...tokens }), book: withDefault }).cost_source).toBe('computed');
    const proxied = call({ model: 'house-model', ...tokens, origin: 'proxy', reported_cost_usd: 3 });
    expect(priceCall({ record: proxied, book: withDefault }).cost_source).toBe('provider');
  });
});

describe('own rows', () => {
  test("go before the list and the built-in rows, by the call's own time", () => {
    const dated = own({
      version: 1,
      prices: [
        {
          provider: 'openai',
          model: 'gpt-4o',
          from: '2026-01-01',
          until: '2026-07-01',
          per_million: { input: 1, output: 1 },
        },
        { provider: 'openai', model: 'gpt-4o', from: '2026-03-01', per_million: { input: 2, output: 2 } },
      ],
    });
    const at = (time: string) =>
      priceCall({ record: call({ at: time, model: 'gpt-4o', ...tokens }), book: dated }).cost_usd;
    expect(at('2025-12-31T23:59:59.999Z')).toBe('3.500000000');
    expect(at('2026-01-01T00:00:00.000Z')).toBe('1.100000000');
    expect(at('2026-03-01T00:00:00.000Z')).toBe('2.200000000');
    expect(at('2026-08-01T00:00:00.000Z')).toBe('2.200000000');
  });

  test("price a gateway or one's own machine, with tiers and a price a request", () => {
    const gateway = own({
      version: 1,
      prices: [
        {
          provider: 'vllm',
          model: 'llama3',
          per_million: { input: '0.5', output: '1' },
          per_request: '0.001',
          tiers: [{ above_input_tokens: 500_000, per_million: { input: '0.75' } }],
        },
        { provider: 'ollama', model: '*', per_million: { input: 0, output: 0 } },
      ],
    });
    const long = priceCall({ record: call({ provider: 'vllm', model: 'llama3', ...tokens }), book: gateway });
    expect(long).toMatchObject({
      cost_usd: '0.851000000',
      cost_source: 'computed',
      breakdown: { above_input_tokens: 500_000 },
    });
    const free = priceCall({ record: call({ provider: 'ollama', model: 'anything', ...tokens }), book: gateway });
    expect(free).toMatchObject({ cost_usd: '0.000000000', cost_source: 'computed' });
  });

  test("add a negotiated discount and a tier's factor to the list price", () => {
    const negotiated = own({
      version: 1,
      prices: [
        { provider: 'anthropic', model: '*', discount: 0.15 },
        { provider: 'anthropic', model: 'claude-haiku-4-5', factors: { priority: '1.25' } },
      ],
    });
    const haiku = call({ model: 'claude-haiku-4-5', ...tokens });
    expect(priceCall({ record: haiku, book: negotiated }).cost_usd).toBe('1.275000000');
    const priority = priceCall({ record: { ...haiku, service_tier: 'priority' }, book: negotiated });
    expect(priority).toMatchObject({
      cost_usd: '1.593750000',
      cost_source: 'computed',
      breakdown: { factor: '1.0625' },
    });
    const batch = priceCall({ record: { ...haiku, service_tier: 'batch' }, book: negotiated });
    expect(batch.cost_usd).toBe('0.637500000');
  });

  test('change the price version, so that a stored price says which rows made it', () => {
    const a = own({ version: 1, prices: [{ model: 'm', per_million: { input: 1 } }] });
    const b = own({ version: 1, prices: [{ model: 'm', per_million: { input: 2 } }] });
    expect(new Set([book.version, a.version, b.version]).size).toBe(3);
    expect(book.version.startsWith(`${listVersion}+telltale@`)).toBe(true);
  });
});

describe('a row of a model with several releases', () => {
  const input = (prices: PriceBook, model: string, provider?: string) => {
    const { cost_usd } = priceCall({
      record: call({ model, input_tokens: 1_000_000, output_tokens: 0, ...(provider !== undefined && { provider }) }),
      book: prices,
    });
    return Number(cost_usd);
  };
  const row = (model: string) => ({ model, per_million: { input: 77, output: 0 } });
  const only = (model: string) => own({ version: 1, prices: [row(model)] });

  test('is about the release that it names, however that is written, and no other', () => {
    const prices = only('gpt-4o-2024-05-13');
    expect(['gpt-4o-2024-05-13', 'openai/gpt-4o-2024-05-13'].map((name) => input(prices, name))).toEqual([77, 77]);
    expect(['gpt-4o', 'gpt-4o-2024-11-20'].map((name) => input(prices, name))).toEqual([2.5, 2.5]);
    expect(input(prices, 'gpt-4o', 'azure')).toBe(2.5);
    const claude = only('claude-3-haiku-20240307');
    expect(input(claude, 'us.anthropic.claude-3-haiku-20240307-v1:0', 'bedrock')).toBe(77);
    expect(input(claude, 'claude-3-haiku@20240307', 'vertex')).toBe(77);
  });

  test('is about all that have its price on the list, where it names none', () => {
    const prices = only('gpt-4o');
    expect(['gpt-4o', 'gpt-4o-2024-11-20', 'gpt-4o-latest'].map((name) => input(prices, name))).toEqual([77, 77, 77]);
    expect(input(prices, 'gpt-4o-2024-05-13')).toBe(5);
    expect(input(only('claude-sonnet-4-5'), 'claude-sonnet-4-5-20250929')).toBe(77);
  });

  test('goes before one of the plain name', () => {
    const rows = [
      { ...row('claude-sonnet-4-5-20250929'), from: '2025-01-01' },
      { model: 'claude-sonnet-4-5', per_million: { input: 8 } },
    ];
    for (const prices of [rows, rows.toReversed()]) {
      const both = own({ version: 1, prices });
      expect(['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'].map((name) => input(both, name))).toEqual([77, 8]);
    }
  });

  test('is taken for the plain name that the list does not know, and not for another release', () => {
    expect(input(only('house-model-20250101'), 'house-model')).toBe(77);
    expect(
      priceCall({ record: call({ model: 'house-model-20260101', ...tokens }), book: only('house-model-20250101') }),
    ).toMatchObject({
      cost_usd: null,
      cost_source: 'unknown',
    });
  });
});

test.each([
  ['claude-sonnet-5.5', undefined, 'claude-sonnet-5-5'],
  ['claude-haiku-5.5', undefined, 'claude-haiku-5-5'],
  ['anthropic/claude-haiku-5.5', 'openrouter', 'claude-haiku-5-5'],
  ['anthropic/claude-sonnet-5.5', 'openrouter', 'claude-sonnet-5-5'],
  ['us.anthropic.claude-sonnet-5-5-20260901-v1:0', 'bedrock', 'claude-sonnet-5-5'],
  ['claude-sonnet-5-5@20260901', 'vertex', 'claude-sonnet-5-5'],
  ['gemini-2.5-flash@default', 'vertex', 'gemini-2.5-flash'],
  ['vertex_ai/gemini-2.5-flash@001', undefined, 'gemini-2.5-flash'],
])('%s (of %s) costs what %s does', (model, provider, plain) => {
  const counts = { input_tokens: 1_000_000, cache_read_tokens: 500_000, output_tokens: 1_000 };
  const given = call({ model, ...counts, ...(provider !== undefined && { provider }) });
  const priced = priceCall({ record: given, book });
  expect(priced.cost_usd).not.toBeNull();
  expect(priced.cost_usd).toBe(priceCall({ record: call({ model: plain, ...counts }), book }).cost_usd);
});

test("Azure's data zones cost more than what is listed, the price of the world", () => {
  const source = (model: string) => priceCall({ record: call({ model, ...tokens }), book }).cost_source;
  expect(['azure/eu/gpt-4o', 'azure/us/gpt-4o', 'azure/gpt-4o'].map(source)).toEqual([
    'approximate',
    'approximate',
    'computed',
  ]);
});

test('a tier and a speed that are one thing under two words count once', () => {
  const cost = (words: Partial<Call>) =>
    priceCall({ record: call({ model: 'gpt-5.5', ...tokens, ...words }), book }).cost_usd;
  expect(cost({ service_tier: 'priority', speed: 'fast' })).toBe(cost({ service_tier: 'priority' }));
  expect(cost({ speed: 'fast' })).toBe(cost({ service_tier: 'priority' }));
});

test('Bedrock’s names without a colon are the models that they name', () => {
  const priced = (model: string) => priceCall({ record: call({ model, provider: 'bedrock', ...tokens }), book });
  const { cost_usd } = priced('anthropic.claude-opus-4-6-v1:0');
  expect(priced('anthropic.claude-opus-4-6-v1')).toMatchObject({ cost_usd, cost_source: 'computed' });
});

describe('what is billed beside tokens of text', () => {
  const priced = (fields: Partial<Call>, attributes: Record<string, number | string>, prices = book) => {
    const { cost_usd, cost_source, breakdown } = priceCall({
      record: call({ ...tokens, ...fields, attributes }),
      book: prices,
    });
    return { cost: Number(cost_usd), cost_source, request: breakdown.usd.request };
  };

  test('searches of the web cost what the list says for each, whatever tier and discount', () => {
    // $10 for a thousand of them at Anthropic and OpenAI; $3 and $15 a million tokens, $1.25 and $10 at OpenAI.
    const sonnet = { model: 'claude-sonnet-4-6' };
    expect(priced(sonnet, { web_searches: 3 })).toEqual({
      cost: 4.53,
      cost_source: 'computed',
      request: '0.030000000',
    });
    expect(priced({ ...sonnet, service_tier: 'batch' }, { web_searches: 3 })).toMatchObject({ cost: 2.28 });
    expect(priced({ model: 'gpt-5' }, { web_searches: 1 })).toMatchObject({ cost: 2.26, cost_source: 'computed' });
    const half = own({ version: 1, prices: [{ model: '*', discount: 0.5 }] });
    expect(priced(sonnet, { web_searches: 3 }, half)).toMatchObject({ cost: 2.28, cost_source: 'computed' });
    expect(priced(sonnet, { web_searches: -1 })).toMatchObject({ cost: 4.5, cost_source: 'computed' });
  });

  test('what a row of yours asks for a request holds whatever was read of the web', () => {
    const row = own({ version: 1, prices: [{ model: 'sonar', per_request: 0.001 }] });
    const asked = { model: 'sonar', provider: 'perplexity' };
    for (const attributes of [{}, { search_context_size: 'high' }])
      expect(priced(asked, attributes, row)).toMatchObject({ request: '0.001000000', cost_source: 'computed' });
  });

  test('searches that nobody prices, or that have two prices, make an amount approximate', () => {
    for (const model of ['gemini-2.5-flash', 'gpt-4.1', 'grok-4', 'sonar'])
      expect(
        priced({ model, provider: model === 'sonar' ? 'perplexity' : undefined }, { web_searches: 1 }),
      ).toMatchObject({ cost_source: 'approximate' });
  });

  test('what Anthropic answers in the US alone costs a tenth more, where that can be asked for', () => {
    const us = { inference_geo: 'us' };
    expect(priced({ model: 'claude-opus-4-6' }, us)).toMatchObject({ cost: 8.25, cost_source: 'computed' });
    expect(priced({ model: 'claude-opus-4-6', speed: 'fast' }, us)).toMatchObject({
      cost: 49.5,
      cost_source: 'computed',
    });
    expect(priced({ model: 'claude-opus-4-6' }, { inference_geo: 'global' })).toMatchObject({
      cost: 7.5,
      cost_source: 'computed',
    });
    expect(priced({ model: 'claude-haiku-4-5' }, us)).toMatchObject({ cost_source: 'approximate' });
  });

  test('so do audio and pictures, but where the list has one price for all', () => {
    const source = (model: string, attributes: Record<string, number>) => priced({ model }, attributes).cost_source;
    expect(source('gemini-2.5-flash', { audio_tokens: 9 })).toBe('approximate');
    expect(source('gemini-2.5-flash-image', { output_image_tokens: 9 })).toBe('approximate');
    expect(source('gpt-audio', { audio_tokens: 9 })).toBe('approximate');
    expect(source('gpt-4o', { citation_tokens: 9 })).toBe('approximate');
    expect(source('gemini-2.5-pro', { audio_tokens: 9 })).toBe('computed');
    expect(source('gemini-2.5-flash', { audio_tokens: 0 })).toBe('computed');
    const rows = own({ version: 1, prices: [{ model: 'gpt-audio', per_million: { input: 32, output: 64 } }] });
    expect(priced({ model: 'gpt-audio' }, { audio_tokens: 9 }, rows).cost_source).toBe('computed');
  });
});

test('the price list is the pinned one', () => {
  const path = new URL('../package.json', import.meta.url);
  const { dependencies } = JSON.parse(readFileSync(path, 'utf8')) as { dependencies: Record<string, string> };
  expect(listVersion).toBe(`genai-prices@${dependencies['@pydantic/genai-prices']}`);
});

describe('for any call', () => {
  const count = fc.option(fc.nat({ max: 2_000_000 }), { nil: undefined });
  const word = (...words: string[]) => fc.option(fc.constantFrom(...words), { nil: undefined });
  const anyCall = fc
    .record({
      model: fc.constantFrom(
        'claude-sonnet-4-5',
        'gemini-2.5-pro',
        'gpt-5',
        'claude-haiku-5-5',
        'nobody-knows',
        'gpt-5.4',
      ),
      input_tokens: count,
      output_tokens: count,
      cache_read_tokens: count,
      cache_write_5m_tokens: count,
      cache_write_1h_tokens: count,
      reasoning_tokens: count,
      service_tier: word('batch', 'flex', 'priority', 'standard'),
      speed: word('fast', 'normal'),
      reported_cost_usd: fc.option(fc.double({ min: 0, max: 9, noNaN: true }), { nil: undefined }),
    })
    .map((fields) => call(JSON.parse(JSON.stringify(fields)) as Partial<Call>));

  test('the classes add up to the tokens and their amounts to the cost, to the last digit', () => {
    fc.assert(
      fc.property(anyCall, (record) => {
        const { cost_usd, cost_source, breakdown } = priceCall({ record, book });
        const { tokens: t } = breakdown;
        const cached = t.cache_read + t.cache_write_5m + t.cache_write_1h;
        if ((record.input_tokens ?? -1) >= cached) expect(t.fresh + cached).toBe(record.input_tokens);
        if ((record.output_tokens ?? -1) >= t.reasoning) expect(t.output + t.reasoning).toBe(record.output_tokens);
        for (const value of Object.values(t)) expect(value).toBeGreaterThanOrEqual(0);
        expect(cost_usd === null).toBe(cost_source === 'unknown');
        if (cost_usd === null) return;
        expect(cost_usd).toMatch(/^\d+\.\d{9,18}$/);
        const sum = Object.values(breakdown.usd).reduce((total, usd) => total + attoOf(usd), 0n);
        expect(sum).toBe(attoOf(cost_usd));
      }),
      { numRuns: 500 },
    );
  });

  test('a known name is priced in microseconds', () => {
    const record = call({ model: 'claude-sonnet-4-5', ...tokens, cache_read_tokens: 10, cache_write_5m_tokens: 10 });
    for (let i = 0; i < 20_000; i += 1) priceCall({ record, book });
    const start = process.threadCpuUsage();
    for (let i = 0; i < 20_000; i += 1) priceCall({ record, book });
    const { user, system } = process.threadCpuUsage(start);
    // A few µs of this thread's own time; the bound still catches a lookup that is not remembered, which takes milliseconds.
    expect((user + system) / 20_000).toBeLessThan(200);
  });
});
