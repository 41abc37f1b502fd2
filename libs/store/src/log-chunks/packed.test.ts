import { zstdDecompressSync } from 'node:zlib';
import { aRecord } from '@telltale/testkit/records';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aStore, type AStore } from '../rollup/test-support/a-store.ts';
import { packLines, unpackLines } from './body.ts';
import { packIds, unpackIds } from './packed-ids.ts';
import { greatestNumber, readNumbers, writeNumbers } from './varint.ts';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const someIds = fc.oneof(
  fc.array(fc.uuid(), { minLength: 1, maxLength: 20 }),
  fc.array(fc.uuid({ version: 7 }), { minLength: 1, maxLength: 20 }),
  // Equal but for their ends, or altogether.
  fc
    .array(fc.nat(300), { minLength: 1, maxLength: 20 })
    .map((ends) => ends.map((end) => `0198f3a2-7c1e-7abc-8def-${end.toString(16).padStart(12, '0')}`)),
);

test('packed ids come back as they were, here and in SQL', async () => {
  await fc.assert(
    fc.asyncProperty(someIds, async (ids) => {
      const packed = packIds(ids);
      expect(unpackIds(packed)).toEqual(ids);
      expect(await store.rows('select ids_of($1) as id', [packed])).toEqual(ids.map((id) => ({ id })));
    }),
    { numRuns: 50 },
  );
});

test('ids made together take eleven bytes or twelve each', () => {
  const ids = [1, 2, 3, 4].map((n) => `0198f3a2-7c${n}e-7abc-8def-0123456789a${n}`);
  expect(packIds(ids)).toHaveLength(1 + 5 + 4 * 11);
});

test('numbers come back as they were, small ones in one byte', () => {
  const number = fc.oneof(fc.integer({ min: -64, max: 63 }), fc.integer(), fc.maxSafeInteger()).filter(isFit);
  fc.assert(
    fc.property(fc.array(number), (numbers) => {
      const bytes: number[] = [9];
      writeNumbers(bytes, numbers);
      expect(readNumbers(Uint8Array.from(bytes), 1, numbers.length)).toEqual({ numbers, end: bytes.length });
      if (numbers.every((one) => one >= -64 && one < 64)) expect(bytes).toHaveLength(1 + numbers.length);
    }),
  );
});
const isFit = (number: number): boolean => Math.abs(number) <= greatestNumber;

test('lines keep their order, numbers that go back, and texts with any separator but NUL', () => {
  const at = (ms: number): string => new Date(Date.parse('2026-06-15T12:00:00.000Z') + ms).toISOString();
  const texts = ['', 'a\nb', '\u0001', '{"json":[]}', '[]', '☃'];
  const lines = texts.map((message, index) =>
    aRecord('log_entry', { at: at(900 - index * 7), message, level: 'error', source: 'stderr', line: 50 - index }),
  );
  const packed = packLines(lines, Date.parse(at(0)));
  expect(unpackLines(packed, Date.parse(at(0)))).toEqual(
    lines.map(({ level, source, message, line, at: time }) => ({ level, source, message, line, at: Date.parse(time) })),
  );
  expect(zstdDecompressSync(packed)[0]).toBe(1);
});
