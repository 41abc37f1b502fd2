import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMetricUsage } from './metric-usage.ts';
import { readRequest } from './read-request.ts';
import type { Draft, DraftOf } from './read/draft.ts';
import type { UsageSummary } from './usage-summary.ts';

const samples = join(import.meta.dirname, '../samples');
const context = { receivedAt: '2026-11-21T00:00:00.000Z', redact: (text: string) => text };
const read = (path: string): readonly Draft[] =>
  readRequest('metrics', 'json', readFileSync(join(samples, path)), context).drafts;

const sumOf = (calls: readonly UsageSummary[], name: 'input_tokens' | 'output_tokens' | 'cache_read_tokens'): number =>
  calls.reduce((sum, call) => sum + (call[name] ?? 0), 0);

function callsOf(drafts: readonly Draft[]): UsageSummary[] {
  const usage = createMetricUsage();
  for (const draft of drafts) if (draft.kind === 'metric') usage.take(draft);
  return usage.calls();
}

test("Claude Code's counters are two calls' tokens and the client's own cost", () => {
  expect(callsOf(read('claude-code/json/0004-metrics.json'))).toMatchObject([
    {
      model: 'claude-sonnet-4-5',
      provider: 'anthropic',
      input_tokens: 40_024,
      output_tokens: 84,
      cache_read_tokens: 36_000,
      cache_write_5m_tokens: 4_000,
      reported_cost_usd: 0.029382,
      session_id: 'df7494f2-4fb8-4ab9-989a-81e26e3ab778',
      attributes: { signal: 'metric' },
    },
  ]);
});

test("a sub-agent's counters and those of a second export are added, the same request again is not", () => {
  const requests = [read('claude-code/subagent/0002-metrics.json'), read('claude-code/subagent/0007-metrics.json')];
  const once = callsOf(requests.flat());
  expect(sumOf(once, 'input_tokens')).toBe(4 * 20_012);
  expect(callsOf([...requests.flat(), ...requests.flat()])).toEqual(once);
});

test("Codex's histogram counts input with the cache and output with the reasoning", () => {
  expect(callsOf(read('codex/otlp/0003-metrics.json'))).toMatchObject([
    { model: 'gpt-5', input_tokens: 18_000, output_tokens: 154, cache_read_tokens: 12_000, reasoning_tokens: 66 },
  ]);
});

test("Qwen Code's and Continue's counters are inclusive, as the APIs that they speak", () => {
  const both = { model: 'gpt-5', input_tokens: 18_000, output_tokens: 154 };
  expect(callsOf(read('qwen-code/0001-metrics.json'))).toMatchObject([
    { ...both, cache_read_tokens: 12_000, reasoning_tokens: 66 },
  ]);
  expect(callsOf(read('continue/0001-metrics.json'))).toMatchObject([{ ...both, reported_cost_usd: 0.018308 }]);
});

const point = (name: string, type: string, value: number, fields: Partial<DraftOf<'metric'>> = {}): Draft => ({
  kind: 'metric',
  agent_id: 'a',
  at: '2026-11-21T00:00:10.000Z',
  name,
  value,
  temporality: 'delta',
  attributes: { type, 'gen_ai.token.type': type, 'gen_ai.request.model': 'm', model: 'm' },
  ...fields,
});

test('tokens that a client tells by its own and by a general metric are counted by its own', () => {
  const own = [point('gemini_cli.token.usage', 'input', 900), point('gemini_cli.token.usage', 'output', 44)];
  const general = [point('gen_ai.client.token.usage', 'input', 900), point('gen_ai.client.token.usage', 'output', 44)];
  const thought = point('gemini_cli.token.usage', 'thought', 33);
  expect(callsOf([...general, ...own, thought])).toMatchObject([
    { input_tokens: 900, output_tokens: 77, provider: 'google' },
  ]);
  expect(callsOf(general)).toMatchObject([{ input_tokens: 900, output_tokens: 44 }]);
});

/** Exports of a counter: how it grew in each interval, and whether it began anew before. */
const exportsOf = fc.array(fc.record({ grew: fc.nat(5_000), anew: fc.boolean() }), { minLength: 1, maxLength: 30 });

test('deltas and running totals that begin anew come to the same sum, in any order and however often', () => {
  fc.assert(
    fc.property(exportsOf, fc.boolean(), fc.infiniteStream(fc.nat()), (intervals, cumulative, chance) => {
      let total = 0;
      let began = 0;
      const drafts = intervals.map(({ grew, anew }, index) => {
        if (anew) [total, began] = [0, index];
        total += grew;
        const at = (tick: number): string => new Date(Date.UTC(2026, 0, 1) + tick * 10_000).toISOString();
        return point('gen_ai.client.token.usage', 'input', cumulative ? total : grew, {
          at: at(index + 1),
          started_at: at(cumulative ? began : index),
          temporality: cumulative ? 'cumulative' : 'delta',
        });
      });
      const order = [...drafts, ...drafts]
        .map((draft) => ({ draft, place: chance.next().value ?? 0 }))
        .sort((a, b) => a.place - b.place)
        .map(({ draft }) => draft);
      const expected = intervals.reduce((sum, { grew }) => sum + grew, 0);
      expect(sumOf(callsOf(order), 'input_tokens')).toBe(expected);
      expect(callsOf(order)).toEqual(callsOf(drafts));
    }),
  );
});

test('two processes that count beside each other are both counted, and a long run holds only so many points', () => {
  const tick = (start: number, seconds: number, value: number): Draft =>
    point('gen_ai.client.token.usage', 'output', value, {
      at: new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString(),
      started_at: new Date(Date.UTC(2026, 0, 1) + start).toISOString(),
      temporality: 'cumulative',
    });
  const both = Array.from({ length: 10_000 }, (_, index) => [tick(0, index, index + 1), tick(1, index, 2 * index + 2)]);
  expect(sumOf(callsOf(both.flat()), 'output_tokens')).toBe(30_000);
});

test('each process counts by its own first family, and a histogram tells how many calls there were', () => {
  const usage = createMetricUsage();
  const point = { kind: 'metric', at: '2026-11-21T00:00:00.000Z', temporality: 'delta', value: 9 } as const;
  const general = { name: 'gen_ai.client.token.usage', model: 'm', 'gen_ai.token.type': 'input', count: 2 };
  const take = ({ name, ...attributes }: { name: string } & Record<string, unknown>): void =>
    usage.take({ ...point, name, attributes });
  take({ ...general, process: 'p1' });
  take({ name: 'gemini_cli.token.usage', model: 'm', type: 'input', process: 'p1' });
  take({ ...general, process: 'p2' });
  const told = usage
    .calls()
    .map(({ attributes, input_tokens }) => [attributes?.['process'], attributes?.['requests'], input_tokens]);
  expect(told).toEqual([
    ['p1', undefined, 9],
    ['p2', 2, 9],
  ]);
});
