import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { common } from './common.ts';
import { readPlainly } from './read-plainly.ts';
import { recordKinds, recordSchemas, type RecordKind } from './record.ts';

const golden = (kind: RecordKind): Record<string, unknown> =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../../golden/v1/${kind}.json`), 'utf8')) as Record<
    string,
    unknown
  >;

/** What may stand in a field, right for some and wrong for others. */
const values: unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  2 ** 53,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  undefined,
  '',
  'ok',
  'a\u0000b',
  'a\ud83d',
  'x'.repeat(200),
  'x'.repeat(201),
  'x'.repeat(70_000),
  'f'.repeat(32),
  '0'.repeat(16),
  'PENDING',
  '01934567-89ab-7cde-8f01-000000000001',
  '01934567-89ab-0cde-8f01-000000000001',
  '2026-11-21T12:00:00.000Z',
  '2026-11-21T13:00:00.123456+01:00',
  '2026-02-30T12:00:00.000Z',
  '2026-02-29T12:00:00.000Z',
  '2024-02-29T12:00:00.000Z',
  '1969-12-31T23:59:59.999Z',
  '2106-01-01T00:00:00.000Z',
  '2026-11-21T24:00:00.000Z',
  '2026-11-21T12:60:00.000Z',
  '2026-11-21T12:00:60.000Z',
  '2026-13-21T12:00:00.000Z',
  [],
  ['a'],
  {},
  { a: 'b' },
  { z: 1, '-5': 2 },
  [{ pid: 1, name: 'a', cpu_percent: 1, memory_bytes: 1, b: 2 }],
  JSON.parse('{"__proto__":{"a":1}}'),
  { deep: { constructor: 1 } },
  { a: '\ud83d' },
];

/** What the schema says of it: the record it makes, or null. */
const bySchema = (kind: RecordKind, input: unknown): unknown => {
  const result = recordSchemas[kind].safeParse(input);
  return result.success ? result.data : null;
};

test.each(recordKinds)('a %s with any value in any field is read as its schema reads it, or left to it', (kind) => {
  const read = readPlainly(recordSchemas[kind].shape);
  const whole = golden(kind);
  expect(read(whole)).toEqual(bySchema(kind, whole));
  let [plain, right] = [0, 0];
  for (const field of Object.keys(whole)) {
    // What all kinds share is tried with one of them.
    if (field in common && kind !== 'log_entry') continue;
    const { [field]: _, ...without } = whole;
    for (const input of [without, ...values.map((value) => ({ ...whole, [field]: value }))]) {
      const [record, expected] = [read(input), bySchema(kind, input)];
      if (record !== null && !isDeepStrictEqual(record, expected)) expect(record).toStrictEqual(expected);
      if (record !== null) plain += 1;
      if (expected !== null) right += 1;
    }
  }
  // Nearly all that is right is read plainly; the rest are fields that are there and undefined.
  expect(plain).toBeGreaterThan(right * 0.8);
});

test('fields that no schema knows are left out, also those named like members of a prototype', () => {
  const input = JSON.parse(
    JSON.stringify({ ...golden('log_entry'), colour: 'red' }).replace('"colour"', '"__proto__"'),
  );
  const record = readPlainly(recordSchemas.log_entry.shape)({ ...input, size: 3 });
  expect(record).toStrictEqual(golden('log_entry'));
});

test('what is no object as JSON makes it is left to the schema', () => {
  const read = readPlainly(recordSchemas.log_entry.shape);
  expect(read(Object.create(golden('log_entry')))).toBeNull();
  expect(read({})).toBeNull();
});

test('what was read is a copy: whoever changes it does not change what came', () => {
  const input = golden('log_entry');
  const record = readPlainly(recordSchemas.log_entry.shape)(input);
  Object.assign(record ?? {}, { message: 'another' });
  expect(input).toEqual(golden('log_entry'));
});
