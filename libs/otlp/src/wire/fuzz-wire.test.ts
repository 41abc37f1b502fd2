import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRequest } from '../read-request.ts';
import { createRedact } from '../read/redact.ts';
import { MalformedBody, type Signal } from '../signals.ts';

/** Cases a property; `OTLP_FUZZ_RUNS=333334` makes a million of the three. */
const numRuns = Number(process.env['OTLP_FUZZ_RUNS'] ?? 1_500);
const context = { receivedAt: '2026-11-21T12:00:00.000Z', redact: createRedact() };
const folder = join(import.meta.dirname, '../../samples/claude-code/protobuf');
const real = readdirSync(folder)
  .filter((file) => file.endsWith('.pb'))
  .map((file) => readFileSync(join(folder, file)));
const signal = fc.constantFrom<Signal>('traces', 'logs', 'metrics');

/** Reads or refuses; anything else is a bug. */
function survives(which: Signal, body: Buffer): void {
  try {
    const { drafts, items, unused } = readRequest(which, 'protobuf', body, context);
    expect(drafts.length + unused).toBe(items);
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
