import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRequest } from '../read-request.ts';
import type { Draft, DraftOf } from './draft.ts';

const samples = join(import.meta.dirname, '../../samples');
const context = { receivedAt: '2026-11-21T00:00:00.000Z', redact: (text: string) => text };
const callsIn = (drafts: readonly Draft[]): DraftOf<'llm_call'>[] =>
  drafts.filter((draft): draft is DraftOf<'llm_call'> => draft.kind === 'llm_call');
const read = (path: string) =>
  callsIn(readRequest('metrics', 'json', readFileSync(join(samples, path)), { ...context, standIns: true }).drafts);

test('the counters of Claude Code are one call a model, in their session and with the cost of the client', () => {
  expect(read('claude-code/json/0004-metrics.json')).toMatchObject([
    {
      agent_id: 'agent-7',
      session_id: 'df7494f2-4fb8-4ab9-989a-81e26e3ab778',
      model: 'claude-sonnet-4-5',
      input_tokens: 40_024,
      output_tokens: 84,
      cache_read_tokens: 36_000,
      reported_cost_usd: 0.029382,
      attributes: { signal: 'metric' },
    },
  ]);
});

test('the histogram of Codex is that of its agent: it names no session', () => {
  const [call, ...others] = read('codex/otlp/0003-metrics.json');
  expect(others).toEqual([]);
  expect(call).toMatchObject({ agent_id: 'codex_exec', input_tokens: 18_000, output_tokens: 154 });
  expect(call).not.toHaveProperty('session_id');
});

test('a run reads the points and no calls: it waits until the program told everything', () => {
  const body = readFileSync(join(samples, 'claude-code/json/0004-metrics.json'));
  expect(callsIn(readRequest('metrics', 'json', body, context).drafts)).toEqual([]);
});

type Told = { name: string; type: string; value: number; start?: string; at?: string; pid?: string; model?: string };
const body = (temporality: 1 | 2, points: readonly Told[], pid = '1'): Buffer =>
  Buffer.from(
    JSON.stringify({
      resourceMetrics: [
        {
          resource: { attributes: [{ key: 'process.pid', value: { stringValue: pid } }] },
          scopeMetrics: [
            {
              metrics: points.map(({ name, type, value, start = '1000000000', at = '9000000000', model = 'm' }) => ({
                name,
                sum: {
                  aggregationTemporality: temporality,
                  isMonotonic: true,
                  dataPoints: [
                    {
                      startTimeUnixNano: start,
                      timeUnixNano: at,
                      asInt: String(value),
                      attributes: [
                        { key: 'type', value: { stringValue: type } },
                        { key: 'gen_ai.token.type', value: { stringValue: type } },
                        { key: 'model', value: { stringValue: model } },
                      ],
                    },
                  ],
                },
              })),
            },
          ],
        },
      ],
    }),
  );
const callsOf = (bytes: Buffer) =>
  callsIn(readRequest('metrics', 'json', bytes, { ...context, standIns: true }).drafts);

test('a running total keeps its name as it grows, and another process has another', () => {
  const name = 'gen_ai.client.token.usage';
  const told = (value: number, pid?: string) =>
    callsOf(
      body(
        2,
        [
          { name, type: 'input', value, start: '1000000000' },
          { name, type: 'output', value: 1, start: '2000000000' },
        ],
        pid,
      ),
    );
  const [first, later, other] = [told(10), told(20), told(20, '2')];
  const tokens = [first, later, other].map((calls) => calls.map((call) => [call.input_tokens, call.output_tokens]));
  const output = [undefined, 1];
  expect(tokens).toEqual([
    [[10, undefined], output],
    [[20, undefined], output],
    [[20, undefined], output],
  ]);
  expect(first[0]?.message_id).toMatch(/^metric:/);
  expect(later[0]?.message_id).toBe(first[0]?.message_id);
  expect(other[0]?.message_id).not.toBe(first[0]?.message_id);
});

test('tokens that two families of metrics tell count by the own one of the client', () => {
  const calls = callsOf(
    body(1, [
      { name: 'gen_ai.client.token.usage', type: 'input', value: 900 },
      { name: 'gemini_cli.token.usage', type: 'input', value: 900 },
      { name: 'gemini_cli.token.usage', type: 'output', value: 44 },
      { name: 'gemini_cli.token.usage', type: 'thought', value: 33 },
    ]),
  );
  expect(calls).toMatchObject([{ input_tokens: 900, output_tokens: 77 }]);
});

test('running totals of what was read and what was written may come in requests of their own', () => {
  const name = 'gen_ai.client.token.usage';
  const [input, output] = ['input', 'output'].map((type) => ({ name, type, value: 7 }));
  if (input === undefined || output === undefined) throw new Error('two points');
  const together = callsOf(body(2, [input, output])).map(({ message_id }) => message_id);
  const apart = [input, output].flatMap((point) => callsOf(body(2, [point]))).map(({ message_id }) => message_id);
  expect(new Set(together).size).toBe(2);
  expect(apart).toEqual(together);
});

test('a part of what was read says nothing where the whole is told elsewhere', () => {
  const part = { name: 'gen_ai.client.inference.usage.cache_read.input_tokens', type: '', value: 6 };
  expect(callsOf(body(2, [part]))).toEqual([]);
});

test('deltas that come again in another request are the same ones, those of another time are not', () => {
  const name = 'gen_ai.client.token.usage';
  const told = (at?: string, start?: string) =>
    callsOf(body(1, [{ name, type: 'input', value: 900, ...(at && { at }), ...(start && { start }) }]))[0]?.message_id;
  expect(told()).toMatch(/^metric:/);
  expect(told()).toBe(told());
  expect(told('9500000000')).not.toBe(told());
  expect(told(undefined, '0')).toBeUndefined();
});

test('a running total is that of its model, whatever other models a request tells of', () => {
  const name = 'gen_ai.client.token.usage';
  const late = { name, type: 'input', value: 100, start: '5000000000' };
  const [alone] = callsOf(body(2, [late]));
  const both = callsOf(body(2, [late, { name, type: 'input', value: 7, model: 'other' }]));
  expect(both.find(({ model }) => model === 'm')?.message_id).toBe(alone?.message_id);
  expect(both).toHaveLength(2);
});

test('a counter that stands at nothing is no call', () => {
  expect(callsOf(body(2, [{ name: 'gen_ai.client.token.usage', type: 'input', value: 0 }]))).toEqual([]);
});

test('deltas of several times are the same ones however a request puts them together', () => {
  const name = 'gen_ai.client.inference.usage.input_tokens';
  const [a, b, c] = ['2', '3', '4'].map((second) => ({ name, type: '', value: 7, at: `${second}000000000` }));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three points');
  const idsIn = (...points: Told[]) => callsOf(body(1, points)).map(({ message_id }) => message_id);
  const apart = [a, b, c].flatMap((point) => idsIn(point));
  expect(new Set(apart).size).toBe(3);
  expect([...idsIn(a, b), ...idsIn(c)]).toEqual(apart);
  expect(idsIn(a, b, c)).toEqual(apart);
});

const partsOf = (bytes: Buffer) => callsOf(bytes).map(({ attributes }) => String(attributes?.['sum_of']).split(':'));

test('what tells of one process, model and family of counters is of one sum, whatever request it comes in', () => {
  const name = 'gen_ai.client.token.usage';
  const [input, output] = ['input', 'output'].map((type) => ({ name, type, value: 7 }));
  if (input === undefined || output === undefined) throw new Error('two points');
  const told = [body(2, [input, output]), body(2, [input]), body(1, [input, output]), body(1, [output])].map(partsOf);
  expect(new Set(told.slice(0, 2).flat().map(String)).size).toBe(1);
  expect(new Set(told.slice(2).flat().map(String)).size).toBe(1);
  const [own, general] = [
    partsOf(body(2, [{ name: 'gemini_cli.token.usage', type: 'input', value: 7 }])),
    partsOf(body(2, [input])),
  ];
  expect(own[0]?.[0]).toBe(general[0]?.[0]);
  expect(Number(own[0]?.[1])).toBeLessThan(Number(general[0]?.[1]));
  expect(partsOf(body(2, [input], '2'))[0]?.[0]).not.toBe(general[0]?.[0]);
});

test('a cost that comes alone is one, and takes no tokens away', () => {
  const cost = { name: 'claude_code.cost.usage', type: '', value: 0.5 };
  const tokens = { name: 'claude_code.token.usage', type: 'input', value: 9 };
  const [alone] = callsOf(body(2, [cost]));
  expect(alone).toMatchObject({ reported_cost_usd: 0.5 });
  expect(alone).not.toHaveProperty('input_tokens');
  const together = callsOf(body(2, [tokens, cost]));
  expect(together.map(({ message_id }) => message_id)).toContain(alone?.message_id);
  expect(together.find((call) => call.input_tokens === 9)?.message_id).not.toBe(alone?.message_id);
});

test('a histogram of tokens says of how many calls it is, and who counted', () => {
  const [call] = callsOf(
    Buffer.from(
      body(1, [{ name: 'gen_ai.client.token.usage', type: 'input', value: 900 }])
        .toString()
        .replace('"sum"', '"histogram"')
        .replace('"asInt":"900"', '"sum":900,"count":"3"'),
    ),
  );
  expect(call).toMatchObject({ input_tokens: 900, attributes: { requests: 3, process: 'p1' } });
});
