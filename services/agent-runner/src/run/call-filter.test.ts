import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, test } from 'vitest';
import { createCallFilter } from './call-filter.ts';

type Call = Extract<RecordDraft, { kind: 'llm_call' }>;
const start = Date.UTC(2026, 0, 1);
const iso = (seconds: number): string => new Date(start + seconds * 1_000).toISOString();
const base = { kind: 'llm_call', model: 'gpt-5', status: 'ok', duration_ms: 1_000 } as const;

/** What passes of calls that the proxy saw at seconds, and of what is told afterwards. */
function passed(seen: readonly [second: number, call: Partial<Call>][], told: readonly Partial<Call>[]): Call[] {
  const calls: Call[] = [];
  let now = start;
  const clock = { now: () => now };
  const filter = createCallFilter((record) => void (record.kind === 'llm_call' && calls.push(record)), clock);
  for (const [second, call] of seen) {
    now = start + second * 1_000;
    filter.metered({ ...base, origin: 'proxy', ...call });
  }
  for (const call of told) filter.emit({ ...base, origin: 'otlp', provider: 'openai', at: iso(1), ...call });
  return calls.slice(seen.length);
}
const ids = (calls: readonly Call[]) => calls.map(({ message_id, request_id }) => message_id ?? request_id);

test('a span that knows neither id nor tokens is given the id of the call it is about, each call once', () => {
  const seen = [1, 2].map((second) => [second, { message_id: `m-${second}` }] as [number, Partial<Call>]);
  const told = [{ at: iso(2), model: 'openai/gpt-5', session_id: 's' }, { at: iso(1) }, { at: iso(2) }];
  const made = passed(seen, told);
  expect(ids(made)).toEqual(['m-2', 'm-1', undefined]);
  expect(made[0]).toMatchObject({ session_id: 's' });
});

test('an id that its server gives to many calls is none of the call it is about', () => {
  const message_id = 'chatcmpl-123';
  expect(ids(passed([[1, { message_id, request_id: 'q' }]], [{}]))).toEqual(['q']);
  expect(ids(passed([[1, { message_id }]], [{}]))).toEqual([undefined]);
});

test('of calls at one time it is the one with as many tokens', () => {
  const seen: [number, Partial<Call>][] = [
    [1, { request_id: 'q-1', output_tokens: 7 }],
    [1, { request_id: 'q-2', output_tokens: 9 }],
  ];
  expect(ids(passed(seen, [{ output_tokens: 9 }, { output_tokens: 7 }]))).toEqual(['q-2', 'q-1']);
});

test('another model, another time, a failure and a call with an id of its own take none', () => {
  const told: Partial<Call>[] = [
    { model: 'gpt-6' },
    { at: iso(60) },
    { status: 'error' },
    { message_id: 'own' },
    { origin: 'stdout', provider: 'other', model: 'gpt-6' },
  ];
  expect(ids(passed([[1, { message_id: 'm' }]], told))).toEqual([undefined, undefined, undefined, 'own', undefined]);
  // Nor is a failure given to one that went well.
  expect(ids(passed([[1, { message_id: 'm', status: 'error' }]], [{}]))).toEqual([undefined]);
});

test('a span around one that was given a call takes no other: the two are one where they are stored', () => {
  const seen: [number, Partial<Call>][] = [
    [1, { message_id: 'm-1' }],
    [1, { message_id: 'm-2' }],
  ];
  const told = [
    { trace_id: 't', span_id: 'inner', parent_span_id: 'outer' },
    { trace_id: 't', span_id: 'outer' },
    { trace_id: 't', span_id: 'other', parent_span_id: 'agent' },
  ];
  expect(ids(passed(seen, told))).toEqual(['m-1', undefined, 'm-2']);
});

test.each<[metered: Partial<Call>, printed: Partial<Call>]>([
  // Claude Code, which calls whoever it is pointed at Anthropic.
  [
    { provider: 'azure', model: 'claude-haiku-4-5' },
    { provider: 'anthropic', model: 'claude-opus-4-6' },
  ],
  [
    { provider: 'zai', model: 'glm-4.7' },
    { provider: 'anthropic', model: 'glm-4.7' },
  ],
  [
    { provider: 'openrouter', model: 'x-ai/grok-4' },
    { provider: 'anthropic', model: 'x-ai/grok-4' },
  ],
  // opencode, by the names that it has for sellers.
  [
    { provider: 'x-ai', model: 'grok-4' },
    { provider: 'xai', model: 'grok-4' },
  ],
  [
    { model: 'alias', response_model: 'qwen3' },
    { provider: 'corp', model: 'qwen3' },
  ],
])('a sum of %o, metered at another seller than the client names, is told once: %o', (metered, printed) => {
  expect(passed([[1, metered]], [{ origin: 'stdout', ...printed }])).toEqual([]);
  expect(passed([[1, metered]], [{ origin: 'stdout', provider: 'corp', model: 'else' }])).toHaveLength(1);
});

test('what the wire tells of tools passes until somebody else tells of tools', () => {
  const passed: RecordDraft[] = [];
  const filter = createCallFilter((record) => void passed.push(record), { now: () => start });
  const use = {
    kind: 'tool_call',
    tool_name: 'seen',
    success: true,
    at: iso(1),
    attributes: { signal: 'wire' },
  } as const;
  filter.used(use);
  filter.emit({ kind: 'log_entry', level: 'info', message: 'a', source: 'stdout' });
  filter.used(use);
  filter.emit({ kind: 'tool_call', tool_name: 'told', success: true });
  filter.used(use);
  const names = passed.flatMap((record) => (record.kind === 'tool_call' ? [record.tool_name] : []));
  expect(names).toEqual(['seen', 'seen', 'told']);
});
