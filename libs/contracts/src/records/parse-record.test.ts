import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseRecord } from './parse-record.ts';
import { recordKinds, recordSchemas } from './record.ts';

const golden = join(import.meta.dirname, '../../golden');
const versions = readdirSync(golden);
const read = (version: string, kind: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(golden, version, `${kind}.json`), 'utf8')) as Record<string, unknown>;

const anEntry = (fields: Record<string, unknown>): Record<string, unknown> => ({
  v: 1,
  id: '01934567-89ab-7cde-8f01-000000000001',
  kind: 'log_entry',
  at: '2026-11-21T12:00:00.000Z',
  agent_id: 'a',
  level: 'info',
  message: 'm',
  source: 'stdout',
  ...fields,
});

function problemsOf(input: unknown): string[] {
  const parsed = parseRecord(input);
  return parsed.ok ? [] : parsed.issues.map((issue) => issue.path.join('/'));
}

test.each(versions.flatMap((version) => recordKinds.map((kind) => [version, kind] as const)))(
  'the golden %s %s is read whole and unchanged',
  (version, kind) => {
    const input = read(version, kind);
    expect(parseRecord(input)).toEqual({ ok: true, record: input, unknownFields: 0 });
  },
);

test.each(recordKinds)('the golden %s shows every field of its kind', (kind) => {
  expect(Object.keys(read('v1', kind)).toSorted()).toEqual(Object.keys(recordSchemas[kind].shape).toSorted());
});

test('unknown fields are dropped and counted, price fields among them', () => {
  const parsed = parseRecord(anEntry({ colour: 'red', cost_usd: 3, cost_source: 'computed' }));
  expect(parsed).toMatchObject({ ok: true, unknownFields: 3 });
  expect(parsed.ok && Object.keys(parsed.record)).not.toContain('cost_usd');
});

test('a time with an offset and microseconds becomes UTC with milliseconds', () => {
  const parsed = parseRecord(anEntry({ at: '2026-11-21T13:00:00.123456+01:00' }));
  expect(parsed.ok && parsed.record.at).toBe('2026-11-21T12:00:00.123Z');
});

test.each([
  ['a NUL character', { message: 'a\u0000b' }, 'message'],
  ['a lone surrogate', { message: 'a\ud83d' }, 'message'],
  ['a wrong type', { message: 7 }, 'message'],
  ['a field that is too long', { message: 'x'.repeat(300_000) }, 'message'],
  ['an unknown kind', { kind: 'logentry' }, 'kind'],
  ['a kind named like a prototype member', { kind: 'constructor' }, 'kind'],
  ['another version', { v: 2 }, 'v'],
  ['no time', { at: 'yesterday' }, 'at'],
  ['a time outside the range', { at: '1969-12-31T23:59:59.000Z' }, 'at'],
  ['no agent', { agent_id: '' }, 'agent_id'],
  ['an id that is no UUID', { id: '7' }, 'id'],
  ['nine labels', { labels: Object.fromEntries('abcdefghi'.split('').map((key) => [key, 'x'])) }, 'labels'],
  ['attributes that are no object', { attributes: [] }, 'attributes'],
  ['a NUL deep in the attributes', { attributes: { a: [{ b: '\u0000' }] } }, 'attributes'],
  ['a prototype key', { attributes: JSON.parse('{"__proto__": {"x": 1}}') as unknown }, 'attributes'],
])('%s is refused and the field is named', (_what, fields, field) => {
  expect(problemsOf(anEntry(fields))).toContain(field);
});

test('attributes nested 100,000 deep are refused without a stack overflow', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = { a: deep };
  expect(problemsOf(anEntry({ attributes: { deep } }))).toEqual(['attributes']);
});

test.each([null, 'text', 7, []])('%j is no record', (input) => {
  expect(parseRecord(input).ok).toBe(false);
});

test('2^53 tokens are refused rather than rounded', () => {
  const call = { ...anEntry({}), kind: 'llm_call', model: 'm', status: 'ok', origin: 'sdk', input_tokens: 2 ** 53 };
  expect(new Set(problemsOf(call))).toEqual(new Set(['input_tokens']));
});

test('an exit code beyond 32 bits and a trillion tokens are refused by name', () => {
  const ended = { ...anEntry({}), kind: 'run_event', event: 'ended', exit_code: 3_221_225_477 };
  expect(problemsOf(ended)).toEqual(['exit_code']);
  const call = { ...anEntry({}), kind: 'llm_call', model: 'm', status: 'ok', origin: 'sdk', output_tokens: 1e12 + 1 };
  expect(problemsOf(call)).toEqual(['output_tokens']);
});
