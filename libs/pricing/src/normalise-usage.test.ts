import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { disjointUsage } from './disjoint-usage.ts';
import { explainUsage, normaliseUsage } from './normalise-usage.ts';
import { usageProfiles, type UsageSource } from './usage-profiles.ts';

/**
 * What each client really emitted for one call of a scripted server, values as they came (strings included):
 * Anthropic 12 fresh, 18000 read, 1500 + 500 written, 42 out; OpenAI 9000 in (6000 cached), 77 out (33 reasoning).
 */
type Observed = { source: UsageSource; what: string; raw: unknown; expected: object };
const fixture = new URL('../fixtures/observed-usage.json', import.meta.url);
const observed = JSON.parse(readFileSync(fixture, 'utf8')) as Observed[];

describe("each source's own counts", () => {
  test.each(observed)('$source: $what', ({ source, raw, expected }) => {
    expect(normaliseUsage(source, raw)).toEqual(expected);
  });
});

describe('what a source leaves open', () => {
  test('a source that does not say is exclusive when its cache exceeds its input, and flagged', () => {
    const raw = { inputTokens: 12, cacheReadTokens: 18_000, outputTokens: 1 };
    expect(explainUsage('cline', raw)).toEqual({
      usage: { input_tokens: 18_012, output_tokens: 1, cache_read_tokens: 18_000 },
      flags: ['assumed_exclusive'],
    });
    const inclusive = { inputTokens: 5000, cacheReadTokens: 4000, outputTokens: 1 };
    expect(explainUsage('cline', inclusive)).toEqual({
      usage: { input_tokens: 5000, output_tokens: 1, cache_read_tokens: 4000 },
      flags: ['assumed_inclusive'],
    });
  });

  test('an input that the total proves to be without the cache has the cache added', () => {
    const usage = (total: number) =>
      normaliseUsage('otel', {
        'gen_ai.usage.input_tokens': 5_000,
        'gen_ai.usage.output_tokens': 42,
        'gen_ai.usage.cache_read_input_tokens': 2_000,
        'gen_ai.usage.total_tokens': total,
      }).input_tokens;
    expect([usage(7_042), usage(5_042), usage(9_000)]).toEqual([7_000, 5_000, 5_000]);
    const openInference = { prompt: 5_000, completion: 42, total: 7_042, 'prompt_details.cache_write': 2_000 };
    const told = Object.entries(openInference).map(([name, count]) => [`llm.token_count.${name}`, count]);
    expect(normaliseUsage('openinference', Object.fromEntries(told)).input_tokens).toBe(7_000);
  });

  test('an output that the total proves to be without the reasoning has it added', () => {
    // Grok: 10120 + 1499 + 500, beside which reasoning stands; OpenAI counts it within.
    const chat = (total: number) =>
      explainUsage('openai_chat', {
        prompt_tokens: 10_120,
        completion_tokens: 1_499,
        total_tokens: total,
        prompt_tokens_details: { cached_tokens: 128 },
        completion_tokens_details: { reasoning_tokens: 500 },
      });
    expect(chat(12_119)).toMatchObject({ usage: { output_tokens: 1_999 }, flags: ['reasoning_beside_output'] });
    expect(chat(11_619)).toMatchObject({ usage: { output_tokens: 1_499 }, flags: [] });
    const span = {
      'gen_ai.usage.input_tokens': 279,
      'gen_ai.usage.output_tokens': 89,
      'gen_ai.usage.reasoning.output_tokens': 6,
      'gen_ai.usage.total_tokens': 374,
    };
    expect(normaliseUsage('otel', span).output_tokens).toBe(95);
  });

  test('what Grok says that a request cost is in its own unit', () => {
    const usage = { prompt_tokens: 10_120, completion_tokens: 1_499, cost_in_usd_ticks: 232_856_000 };
    expect(normaliseUsage('openai_chat', usage).reported_cost_usd).toBe(0.0232856);
    expect(normaliseUsage('openai_chat', { ...usage, cost: 0.5 }).reported_cost_usd).toBe(0.5);
    expect(normaliseUsage('openai_chat', { cost_in_usd_ticks: -1 })).toEqual({});
  });

  test('counts that were not given stay absent, and garbage is not a count', () => {
    expect(normaliseUsage('anthropic_api', {})).toEqual({});
    expect(normaliseUsage('anthropic_api', null)).toEqual({});
    expect(normaliseUsage('openai_chat', { prompt_tokens: -1, completion_tokens: 'many' })).toEqual({});
    expect(normaliseUsage('openai_chat', { prompt_tokens: '30.0', completion_tokens: '2.5' })).toEqual({
      input_tokens: 30,
    });
    expect(normaliseUsage('anthropic_api', { input_tokens: null, output_tokens: 5 })).toEqual({ output_tokens: 5 });
  });
});

test('whatever a source says, the disjoint classes add up to the totals', () => {
  const sources = Object.keys(usageProfiles) as UsageSource[];
  const names = [...new Set(Object.values(usageProfiles).flatMap((p) => Object.values(p).flat()))].filter(
    (name) => typeof name === 'string',
  );
  const value = fc.oneof(
    fc.nat({ max: 1_000_000 }),
    fc.nat().map(String),
    fc.constantFrom(null, -1, 0.5, Number.NaN, Infinity, 2e15, 'x', '', true, {}, []),
  );
  fc.assert(
    fc.property(fc.constantFrom(...sources), fc.dictionary(fc.constantFrom(...names), value), (source, raw) => {
      const usage = normaliseUsage(source, raw);
      const { input, contradicts, ...classes } = disjointUsage(usage);
      expect(contradicts).toBe(false);
      for (const count of Object.values(classes)) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
      const { fresh, cache_read, cache_write_5m, cache_write_1h, output, reasoning } = classes;
      expect(fresh + cache_read + cache_write_5m + cache_write_1h).toBe(usage.input_tokens ?? 0);
      expect(input).toBe(usage.input_tokens ?? 0);
      expect(output + reasoning).toBe(usage.output_tokens ?? 0);
    }),
    { numRuns: 2000 },
  );
});
