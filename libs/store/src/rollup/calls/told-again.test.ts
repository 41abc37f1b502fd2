import type { RecordOf, TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { foldTeam } from '../fold/fold-team.ts';
import { aStore, type AStore } from '../test-support/a-store.ts';
import { sumsAllWays } from '../test-support/sums-all-ways.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
});

let teams = 0;
const at = new Date().toISOString();
const span = (id: string, parent: string | undefined, fields: Partial<RecordOf<'llm_call'>> = {}) =>
  aRecord('llm_call', {
    origin: 'otlp',
    at,
    trace_id: 't',
    span_id: id,
    ...(parent === undefined ? {} : { parent_span_id: parent }),
    attributes: { signal: 'span' },
    input_tokens: 100,
    output_tokens: 10,
    ...fields,
  });
const sum = (fields: Partial<RecordOf<'llm_call'>>) =>
  aRecord('llm_call', { origin: 'otlp', at, attributes: { signal: 'metric' }, ...fields });

const sums = async (records: readonly TelemetryRecord[]) => (await sumsAllWays(store, records)).sums;

test('a span around another one of the same request is no second call, and the inner one counts', async () => {
  const records = [span('outer', 'agent', { input_tokens: 99 }), span('inner', 'outer'), span('next', 'agent')];
  expect(await sums(records)).toMatchObject({ llm_calls: 2, input: 200, output: 20 });
});

test('an event of an answer is one with the span that it was written in, and each of several within one is a call', async () => {
  const event = (id: string, within: string) =>
    aRecord('llm_call', {
      origin: 'otlp',
      at,
      trace_id: 't',
      span_id: within,
      message_id: `answer-${id}`,
      attributes: { signal: 'log', as_span: `of-${id}`, within_span: within },
      input_tokens: 100,
      output_tokens: 10,
    });
  const known = span('call', 'agent', { message_id: 'answer-1', session_id: 'only the span knows' });
  expect(await sums([known, event('1', 'call')])).toMatchObject({ llm_calls: 1, input: 100 });
  expect(await sums([event('1', 'call'), known, event('1', 'call')])).toMatchObject({ llm_calls: 1, input: 100 });
  expect(await sums([event('2', 'agent'), event('3', 'agent')])).toMatchObject({ llm_calls: 2, input: 200 });
});

test('three instrumentations around each other tell of one call', async () => {
  const records = [
    span('a', undefined, { output_tokens: 1 }),
    span('b', 'a', { output_tokens: 2 }),
    span('c', 'b', { output_tokens: 3 }),
  ];
  expect(await sums(records)).toMatchObject({ llm_calls: 1, output: 3 });
});

test('spans around each other past one between that is no call are one where the door saw it', async () => {
  const within = { attributes: { signal: 'span', within_span: 'outer' } };
  expect(await sums([span('outer', undefined), span('inner', 'between', within)])).toMatchObject({ llm_calls: 1 });
});

test('a record that came again under its id is one call', async () => {
  const told = aRecord('llm_call', { origin: 'otlp', at, attributes: { signal: 'log' }, input_tokens: 100 });
  expect(await sums([told, { ...told }])).toMatchObject({ llm_calls: 1, input: 100 });
});

test.each([
  ['in one batch', (a: TelemetryRecord, b: TelemetryRecord) => [[a, b]]],
  ['in two', (a: TelemetryRecord, b: TelemetryRecord) => [[a], [b]]],
])('of two records under one id the first stays, %s, folded at once or one by one', async (_, batchesOf) => {
  const told = aRecord('llm_call', { origin: 'otlp', at, request_id: 'again', input_tokens: 100 });
  const found: unknown[] = [];
  for (const between of [true, false]) {
    const team = `told-${++teams}`;
    for (const batch of batchesOf(told, { ...told, input_tokens: 7 })) {
      await store.store(batch, { team });
      if (between) await foldTeam(store.db, team);
    }
    await foldTeam(store.db, team);
    found.push(await store.rows('select input_tokens::int as input from calls where team_id = $1', [team]));
  }
  expect(found).toEqual([[{ input: 100 }], [{ input: 100 }]]);
});

test('a span that was sent twice is one call, and one of another trace is another', async () => {
  const records = [span('same', undefined), span('same', undefined), span('same', undefined, { trace_id: 'u' })];
  expect(await sums(records)).toMatchObject({ llm_calls: 2 });
});

test('a log record that names the span it was written in is not that span', async () => {
  const records = [1, 2].map(() => span('turn', undefined, { attributes: { signal: 'log' } }));
  expect(await sums(records)).toMatchObject({ llm_calls: 2 });
});

test('of a log record and a span of one request the log record tells the usage, which has the split of the cache', async () => {
  const later = new Date(Date.parse(at) + 1_000).toISOString();
  const records = [
    span('a', undefined, { request_id: 'q', at: later, output_tokens: 11 }),
    span('turn', undefined, { request_id: 'q', attributes: { signal: 'log' }, cache_write_1h_tokens: 5 }),
  ];
  expect(await sums(records)).toMatchObject({ llm_calls: 1, output: 10 });
});

test('spans that stand beside each other and name neither run nor session are matched within their trace', async () => {
  const http = { status: 'error', attributes: { signal: 'span', http: true }, input_tokens: undefined } as const;
  const attempt = {
    status: 'error',
    attributes: { signal: 'attempt', native: true },
    input_tokens: undefined,
  } as const;
  const none = { output_tokens: undefined, model: 'unknown' };
  const records = [
    // An attempt that the SDK counts and the HTTP client tells of, and the answer that two origins tell of.
    span('request', 'native', { ...http, ...none }),
    span('', undefined, { ...attempt, ...none, span_id: undefined }),
    span('native', undefined, { attributes: { signal: 'span', native: true } }),
    span('beside', undefined),
    // The same in another trace is another call.
    span('other', undefined, { trace_id: 'u' }),
    span('', undefined, { ...attempt, ...none, span_id: undefined, trace_id: 'u' }),
  ];
  expect(await sums(records)).toMatchObject({ llm_calls: 4, input: 200, output: 20 });
});

test('a request that failed is one where its spans stand in traces of their own and name no place but their agent', async () => {
  const none = { status: 'error', input_tokens: undefined, output_tokens: undefined } as const;
  const records = [
    span('call', undefined, { ...none, session_id: 's' }),
    span('request', undefined, {
      ...none,
      trace_id: 'u',
      model: 'unknown',
      attributes: { signal: 'span', http: true },
    }),
    span('native', undefined, { ...none, trace_id: 'v', attributes: { signal: 'span', native: true } }),
    span('other', undefined, { ...none, trace_id: 'w', agent_id: 'other' }),
  ];
  expect(await sums(records)).toMatchObject({ llm_calls: 2 });
});

test('what metrics alone tell counts where nobody tells of a call', async () => {
  const records = [
    sum({ session_id: 's', input_tokens: 500, output_tokens: 50 }),
    sum({ agent_id: 'other', input_tokens: 5, output_tokens: 1 }),
    aRecord('llm_call', { session_id: 's', at, origin: 'otlp', status: 'error' }),
  ];
  expect(await sums(records)).toMatchObject({ input: 505, output: 51 });
});

test('what metrics tell adds nothing to what a log, span or transcript of the same session tells', async () => {
  const records = [
    sum({ session_id: 's', input_tokens: 500, output_tokens: 50 }),
    sum({ session_id: 's', input_tokens: 7, output_tokens: 7 }),
    span('a', undefined, { session_id: 's' }),
  ];
  expect(await sums(records)).toMatchObject({ llm_calls: 1, input: 100, output: 10 });
});

test('metrics that name no session yield to the calls of their agent about that time', async () => {
  const records = [
    sum({ agent_id: 'codex', input_tokens: 500, output_tokens: 50 }),
    span('a', undefined, { agent_id: 'codex', session_id: 's' }),
    span('b', undefined, { agent_id: 'codex', session_id: 'q' }),
  ];
  expect(await sums(records)).toMatchObject({ llm_calls: 2, input: 200 });
});

test('the running total of a program that went idle long ago is still about the calls that it made', async () => {
  const hours = (n: number): string => new Date(Date.parse(at) - n * 3_600_000).toISOString();
  const records = [
    span('a', undefined, { agent_id: 'idle', at: hours(5) }),
    sum({ agent_id: 'idle', message_id: `metric:${Date.parse(hours(6))}:x`, input_tokens: 100, output_tokens: 10 }),
    sum({ agent_id: 'idle', message_id: 'metric:junk:y', input_tokens: 7, output_tokens: 1 }),
  ];
  expect(await sums(records)).toMatchObject({ llm_calls: 2, input: 107, output: 11 });
});

test('a running total counts as it was told last', async () => {
  const records = [1, 2, 3].map((n) =>
    sum({
      session_id: 's',
      message_id: 'metric:a',
      input_tokens: n * 100,
      output_tokens: n,
      at: new Date(Date.parse(at) + n * 1_000).toISOString(),
    }),
  );
  expect(await sums(records)).toMatchObject({ llm_calls: 1, input: 300, output: 3 });
});

test('a use of a tool that a log and a transcript tell of is one in its session, whatever their run', async () => {
  const tool = { tool_call_id: 'toolu_1', session_id: 's', at };
  const records = [
    aRecord('tool_call', { ...tool, run_id: 'r' }),
    aRecord('tool_call', tool),
    aRecord('tool_call', { ...tool, session_id: 'other' }),
  ];
  expect(await sums(records)).toMatchObject({ tools: 2 });
});

test('a use of a tool without an id is that of its span, however often it is sent', async () => {
  const tool = { at, trace_id: 't', span_id: 'a', attributes: { signal: 'span' } };
  const records = [
    aRecord('tool_call', tool),
    aRecord('tool_call', tool),
    aRecord('tool_call', { ...tool, span_id: 'b' }),
    aRecord('tool_call', { ...tool, attributes: { signal: 'log' } }),
  ];
  expect(await sums(records)).toMatchObject({ tools: 3 });
});

test('so is a call of a service', async () => {
  const service = { at, trace_id: 't', span_id: 'a', attributes: { signal: 'span' } };
  const records = [
    aRecord('service_call', service),
    aRecord('service_call', service),
    // A tool may be of the same span.
    aRecord('tool_call', service),
    aRecord('service_call', { ...service, attributes: {} }),
  ];
  expect(await sums(records)).toMatchObject({ services: 2, tools: 1 });
});

test('uses of tools without an id, or without a place, are as many as there are records', async () => {
  const records = [
    aRecord('tool_call', { session_id: 's', at }),
    aRecord('tool_call', { session_id: 's', at }),
    aRecord('tool_call', { tool_call_id: 'toolu_1', at }),
    aRecord('tool_call', { tool_call_id: 'toolu_1', at }),
  ].slice(0, 3);
  expect(await sums(records)).toMatchObject({ tools: 3 });
});

test('attempts that failed within a call that went well are calls of their own, and the call is one', async () => {
  const failed = { status: 'error', input_tokens: undefined, output_tokens: undefined } as const;
  const records = [
    span('sdk', 'agent', { input_tokens: 99 }),
    span('first', 'sdk', failed),
    span('second', 'sdk', failed),
    span('third', 'sdk'),
  ];
  expect(await sums(records)).toMatchObject({ llm_calls: 3, input: 100, output: 10 });
  expect(await sums(records.slice(0, 3))).toMatchObject({ llm_calls: 3, input: 99 });
});

test('a call that failed for good is its last attempt', async () => {
  const failed = { status: 'error', input_tokens: undefined, output_tokens: undefined } as const;
  const records = [span('sdk', 'agent', failed), span('first', 'sdk', failed), span('second', 'sdk', failed)];
  expect(await sums(records)).toMatchObject({ llm_calls: 2 });
});

test('what an SDK tells by itself and what an instrumentation tells beside it is one call, by what the SDK says', async () => {
  const own = { run_id: 'r', attributes: { signal: 'span', native: true }, input_tokens: 100, output_tokens: 10 };
  const around = { run_id: 'r', input_tokens: 100, output_tokens: 10 };
  const records = [
    span('a', undefined, around),
    span('b', undefined, around),
    span('c', undefined, { ...own, cache_write_1h_tokens: 5 }),
    span('d', undefined, { ...own, cache_write_1h_tokens: 5 }),
  ];
  const { sums, team } = await sumsAllWays(store, records);
  expect(sums).toMatchObject({ llm_calls: 2, input: 200, output: 20 });
  const kept = await store.rows('select cache_write_1h_tokens::int as long from calls where team_id = $1', [team]);
  expect(kept).toEqual([{ long: 5 }, { long: 5 }]);
});

test('without run and session the two are put together by their agent, though each stands in a trace of its own', async () => {
  const alone = (id: string, fields: Partial<RecordOf<'llm_call'>> = {}) => {
    const { run_id: _run, session_id: _session, ...record } = span(id, undefined, { trace_id: id, ...fields });
    return record;
  };
  const own = { attributes: { signal: 'span', native: true } };
  const told = [alone('a'), alone('b'), alone('c', own), alone('d', own)];
  expect(await sums(told)).toMatchObject({ llm_calls: 2, input: 200, output: 20 });
  expect(await sums([...told, alone('e', { agent_id: 'another' })])).toMatchObject({ llm_calls: 3, input: 300 });
});

test('a request that failed is one call, whether the span of the HTTP client is within that of the call or not', async () => {
  const failed = { run_id: 'r', status: 'error', input_tokens: undefined, output_tokens: undefined } as const;
  const request = { ...failed, trace_id: 'u', attributes: { signal: 'span', http: true } };
  expect(await sums([span('call', undefined, failed), span('request', undefined, request)])).toMatchObject({
    llm_calls: 1,
  });
  expect(await sums([span('call', undefined, { run_id: 'r' }), span('request', undefined, request)])).toMatchObject({
    llm_calls: 2,
    input: 100,
  });
});
