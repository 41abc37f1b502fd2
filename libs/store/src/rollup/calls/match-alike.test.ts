import { aCallMember } from '@telltale/testkit/call-members';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CallMember } from './call.ts';
import { matchAlike } from './match-alike.ts';

const member = (fields: Partial<CallMember>): CallMember =>
  aCallMember({ run_id: 'run', input_tokens: 10, output_tokens: 20, ...fields });
const atSecond = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();

/** How many calls a list of records makes, each of which shares its ids with no other. */
const countOf = (...records: Partial<CallMember>[]): number =>
  matchAlike(records.map((fields) => [member(fields)])).length;

test.each<[string, Partial<CallMember>, Partial<CallMember>]>([
  ['the same in everything', {}, {}],
  ['ends that are told four seconds apart', {}, { at: atSecond(4) }],
  ['a moment within the time the other took', { at: atSecond(30), duration_ms: 30_000 }, { at: atSecond(2) }],
  ['a model that only one of them knows', {}, { model: 'unknown' }],
  ['the name that a router has for the model', {}, { model: 'vendor/large' }],
  ['the billed model asked for by name', { response_model: 'large-1' }, { model: 'large-1' }],
  [
    'a failure of which nobody knows tokens',
    { status: 'error', input_tokens: null, output_tokens: null },
    { status: 'error', input_tokens: null, output_tokens: null, model: 'unknown' },
  ],
  ['an id that only one of them has', { request_id: 'q' }, { message_id: 'm' }],
  [
    'a run and its session, where the other knows the session alone',
    { session_id: 's' },
    { session_id: 's', run_id: null },
  ],
  [
    'one trace, where neither knows a run and one of them a session',
    { run_id: null, session_id: 's', trace_id: 't' },
    { run_id: null, trace_id: 't' },
  ],
  [
    'a failure of one agent, in traces of their own',
    { run_id: null, session_id: 's', trace_id: 't', status: 'error', input_tokens: null, output_tokens: null },
    { run_id: null, trace_id: 'u', status: 'error', input_tokens: null, output_tokens: null },
  ],
  [
    'cached tokens sent apart from the input',
    { input_tokens: 110, cache_read_tokens: 100 },
    { input_tokens: 10, cache_read_tokens: 100 },
  ],
])('two origins make one call: %s', (_, proxy, otlp) => {
  expect(countOf(proxy, { origin: 'otlp', ...otlp })).toBe(1);
});

test.each<[string, Partial<CallMember>, Partial<CallMember>]>([
  ['another run', {}, { run_id: 'other' }],
  ['another session outside of runs', { run_id: null, session_id: 's' }, { run_id: null, session_id: 't' }],
  ['no place at all', { run_id: null }, { run_id: null }],
  ['another trace', { run_id: null, trace_id: 't' }, { run_id: null, trace_id: 'u' }],
  [
    'failures of one agent in two sessions',
    { run_id: null, session_id: 's', status: 'error', input_tokens: null, output_tokens: null },
    { run_id: null, session_id: 't', status: 'error', input_tokens: null, output_tokens: null },
  ],
  ['one trace in two runs', { trace_id: 't' }, { trace_id: 't', run_id: 'other' }],
  ['another model', {}, { model: 'small' }],
  ['one token more', {}, { output_tokens: 21 }],
  ['no word on tokens', {}, { output_tokens: null }],
  [
    'a failure, and a call of which nobody knows tokens',
    { status: 'error', input_tokens: null, output_tokens: null },
    { input_tokens: null, output_tokens: null },
  ],
  ['a minute between them', {}, { at: atSecond(60) }],
  ['ids of the same sort that differ', { request_id: 'q' }, { request_id: 'r' }],
])('two origins make two calls: %s', (_, proxy, otlp) => {
  expect(countOf(proxy, { origin: 'otlp', ...otlp })).toBe(2);
});

test("what a provider's SDK and an instrumentation tell of one agent is one call, where neither names a session or one does in one process", () => {
  const span = (origin: string, fields: Partial<CallMember> = {}): Partial<CallMember> => ({
    origin,
    run_id: null,
    trace_id: origin,
    ...fields,
  });
  expect(countOf(span('native'), span('otlp'))).toBe(1);
  expect(countOf(span('native'), span('native'), span('otlp'))).toBe(2);
  expect(countOf(span('native'), span('otlp', { session_id: 's' }))).toBe(2);
  const process = 'p1';
  expect(countOf(span('client', { process }), span('otlp', { process, session_id: 's' }))).toBe(1);
  expect(countOf(span('client', { process: 'p2' }), span('otlp', { process, session_id: 's' }))).toBe(2);
  const named = span('otlp', { process, session_id: 's', host: 'a' });
  expect(countOf(span('client', { process, host: 'a' }), named)).toBe(1);
  expect(countOf(span('client', { process, host: 'b' }), named)).toBe(2);
  // A service is no process.
  expect(countOf(span('client', { process: 'sx' }), span('otlp', { process: 'sx', session_id: 's' }))).toBe(2);
  expect(countOf(span('client', { process: 'sx' }), span('otlp', { process: 'sy' }))).toBe(1);
  expect(countOf(span('client', { process, session_id: 't' }), span('otlp', { process, session_id: 's' }))).toBe(2);
  expect(countOf(span('native'), span('otlp', { agent_id: 'b' }))).toBe(2);
  expect(countOf(span('native'), span('sdk'))).toBe(2);
});

test('a framework that knows only what was written is one with the SDK within it, after those that know all', () => {
  const process = 'p1';
  const native = { origin: 'native', run_id: null, process };
  const framework = { origin: 'otlp', run_id: null, process, session_id: 's' };
  expect(countOf(native, { ...framework, input_tokens: null })).toBe(1);
  expect(countOf(native, { ...framework, input_tokens: null, output_tokens: 21 })).toBe(2);
  expect(countOf(native, { ...framework, input_tokens: null }, framework)).toBe(2);
  expect(countOf({ ...native, origin: 'sdk' }, { ...framework, input_tokens: null })).toBe(2);
});

test('equal calls stay as many as the origin that saw most of them tells', () => {
  const seen = (origin: string, times: number) => Array.from({ length: times }, () => ({ origin }));
  expect(countOf(...seen('proxy', 3))).toBe(3);
  expect(countOf(...seen('proxy', 3), ...seen('otlp', 2), ...seen('transcript', 3))).toBe(3);
  expect(countOf(...seen('stdout', 4), ...seen('sdk', 1))).toBe(4);
});

test('of thousands in one place that wrote as much each is put to the one that read as much', () => {
  const seen = (origin: string) =>
    Array.from({ length: 4_000 }, (_none, index) => ({ origin, input_tokens: index, output_tokens: 1 }));
  expect(countOf(...seen('proxy'), ...seen('otlp').toReversed())).toBe(4_000);
});

test('as many are matched as can be, also where each could take the place of the next', () => {
  const proxy = [0, 8].map((second) => ({ at: atSecond(second) }));
  const otlp = [4, 12].map((second) => ({ origin: 'otlp', at: atSecond(second) }));
  expect(countOf(...proxy, ...otlp)).toBe(2);
});

test('the outcome is the same whatever came first', () => {
  const clique = fc
    .record({
      origin: fc.constantFrom('proxy', 'client', 'otlp', 'sdk', 'transcript', 'stdout'),
      second: fc.integer({ min: 0, max: 20 }),
      input_tokens: fc.constantFrom(10, 11, null),
      output_tokens: fc.constantFrom(1, 2),
      model: fc.constantFrom('large', 'small', 'unknown'),
      run_id: fc.constantFrom('run', null),
      session_id: fc.constantFrom('s', null),
      request_id: fc.option(fc.constantFrom('q1', 'q2', 'q3')),
    })
    .map(({ second, ...fields }) => [member({ ...fields, at: atSecond(second) })]);
  const ids = (groups: CallMember[][][]): string[] =>
    groups
      .map((parts) =>
        parts
          .flatMap((part) => part.map(({ record_id }) => record_id))
          .sort()
          .join(),
      )
      .sort();
  fc.assert(
    fc.property(fc.array(clique, { maxLength: 14 }), fc.infiniteStream(fc.nat()), (cliques, order) => {
      const shuffled = cliques.map((one) => ({ one, key: order.next().value })).sort((a, b) => a.key - b.key);
      const found = matchAlike(cliques);
      expect(ids(matchAlike(shuffled.map(({ one }) => one)))).toEqual(ids(found));
      for (const parts of found) {
        const origins = parts.flatMap((part) => part.map(({ origin }) => origin));
        expect(new Set(origins).size).toBe(origins.length);
      }
    }),
    { numRuns: 500 },
  );
});
