import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRequest, type Encoding } from '../read-request.ts';
import { createRedact } from '../read/redact.ts';
import { MalformedBody, type Signal } from '../signals.ts';

/** Cases a property; `OTLP_FUZZ_RUNS=333334` makes a million of them together. */
const numRuns = Number(process.env['OTLP_FUZZ_RUNS'] ?? 1_500);
const context = { receivedAt: '2026-11-21T12:00:00.000Z', redact: createRedact() };
const folder = join(import.meta.dirname, '../../samples/claude-code/protobuf');
const real = readdirSync(folder)
  .filter((file) => file.endsWith('.pb'))
  .map((file) => readFileSync(join(folder, file)));
const signal = fc.constantFrom<Signal>('traces', 'logs', 'metrics');

/** Reads or refuses; anything else is a bug. */
function survives(which: Signal, body: Buffer, encoding: Encoding = 'protobuf'): void {
  try {
    const { drafts, items, unused } = readRequest(which, encoding, body, context);
    const told = drafts.filter(({ attributes }) => attributes?.['signal'] !== 'attempt');
    expect(told.length + unused).toBe(items);
  } catch (error) {
    if (!(error instanceof MalformedBody)) throw error;
  }
}

test('bytes of any kind are read or refused', () => {
  fc.assert(
    fc.property(signal, fc.uint8Array({ maxLength: 300 }), (which, bytes) => survives(which, Buffer.from(bytes))),
    { numRuns },
  );
});

test('real requests with bytes changed, cut or put in are read or refused', () => {
  const edit = fc.record({ at: fc.nat(20_000), value: fc.nat(255), how: fc.constantFrom('set', 'cut', 'insert') });
  fc.assert(
    fc.property(
      signal,
      fc.constantFrom(...real),
      fc.array(edit, { minLength: 1, maxLength: 8 }),
      (which, body, edits) => {
        let changed = Buffer.from(body);
        for (const { at, value, how } of edits) {
          const place = at % Math.max(1, changed.length);
          if (how === 'set') changed[place] = value;
          else if (how === 'cut') changed = changed.subarray(0, place);
          else changed = Buffer.concat([changed.subarray(0, place), Buffer.from([value]), changed.subarray(place)]);
        }
        survives(which, changed);
      },
    ),
    { numRuns },
  );
});

/** A request of each signal with few items, as JSON: whole samples would make for few cases. */
const few = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 3).map(few);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, few(one)]));
};
const inJson = (['0001-logs', '0003-traces', '0004-metrics'] as const).map((file): [Signal, unknown] => [
  file.slice(5) as Signal,
  few(JSON.parse(readFileSync(join(folder, '../json', `${file}.json`), 'utf8'))),
]);

/** The value with its node number `at`, counted from the root, put for another; numbers beyond the last change nothing. */
function withNode(value: unknown, at: { left: number }, other: unknown): unknown {
  if (at.left === 0) {
    at.left = -1;
    return other;
  }
  at.left -= 1;
  if (at.left < 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => withNode(one, at, other));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withNode(one, at, other)]));
}

test('JSON of real requests with any of its values put for others is read or refused', () => {
  const odd = fc.oneof(
    fc.constantFrom(
      null,
      '',
      '0',
      'NaN',
      -1,
      1e300,
      {},
      [],
      [null],
      [{}],
      { value: {} },
      JSON.parse('{"__proto__":{"a":1}}'),
    ),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const changes = fc.array(fc.record({ at: fc.nat(150), odd }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...inJson), changes, ([which, body], edits) => {
      const changed = edits.reduce((now, { at, odd: other }) => withNode(now, { left: at }, other), body);
      survives(which, Buffer.from(JSON.stringify(changed)), 'json');
    }),
    { numRuns },
  );
});

test('messages nested within each other end in a refusal, not in a stack overflow', () => {
  fc.assert(
    fc.property(signal, fc.integer({ min: 1, max: 3_000 }), fc.constantFrom(5, 6), (which, depth, field) => {
      let value: Buffer = Buffer.alloc(0);
      for (let level = 0; level < depth; level += 1) {
        const inner = field === 5 ? value : wrap(2, value);
        value = wrap(field, wrap(1, inner));
      }
      const attribute = Buffer.concat([wrap(1, Buffer.from('k')), wrap(2, value)]);
      survives(which, wrap(1, Buffer.concat([wrap(1, wrap(1, attribute)), wrap(2, Buffer.alloc(0))])));
    }),
    { numRuns: Math.ceil(numRuns / 50) },
  );
});

function wrap(field: number, content: Buffer): Buffer {
  const length: number[] = [];
  let rest = content.length;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) length.push((rest % 0x80) | 0x80);
  return Buffer.concat([Buffer.from([field * 8 + 2, ...length, rest]), content]);
}
