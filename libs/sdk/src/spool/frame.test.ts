import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lanes } from '../recorder/lane.ts';
import { decodeFrame, encodeFrame, scanFrames } from './frame.ts';
import type { SpooledBatch } from './spool.ts';

const batch: fc.Arbitrary<SpooledBatch> = fc
  .record({
    seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    lane: fc.constantFrom(...lanes),
    issued: fc.nat(),
    dropped: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.nat(), { noNullPrototype: true }),
    ids_hash: fc.stringMatching(/^[0-9a-f]{64}$/),
    records: fc.array(fc.jsonValue(), { maxLength: 5 }),
  })
  .map(({ records, ...head }) => ({ ...head, count: records.length, records_json: JSON.stringify(records) }));

test('every batch comes back from its frame as it was', () => {
  fc.assert(
    fc.property(batch, (one) => {
      expect(decodeFrame(encodeFrame(one))).toEqual(one);
    }),
  );
});

test('a segment cut anywhere gives exactly the frames that are whole', () => {
  fc.assert(
    fc.property(
      fc.array(batch, { minLength: 1, maxLength: 6 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (all, cut) => {
        const frames = all.map(encodeFrame);
        const bytes = Buffer.concat(frames);
        const kept = bytes.subarray(0, Math.floor(bytes.length * cut));
        let end = 0;
        const whole = frames.filter((frame) => (end += frame.length) <= kept.length).length;
        const found = scanFrames(kept);
        expect(found.frames.map((frame) => frame.head.seq)).toEqual(all.slice(0, whole).map((one) => one.seq));
        expect(found.damaged).toBe(0);
      },
    ),
  );
});

test('one damaged byte costs one frame at most, and never gives a wrong one', () => {
  fc.assert(
    fc.property(
      fc.array(batch, { minLength: 2, maxLength: 6 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (all, at, mask) => {
        const bytes = Buffer.concat(all.map(encodeFrame));
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ mask;
        const found = scanFrames(bytes).frames.map(({ offset, length }) =>
          decodeFrame(bytes.subarray(offset, offset + length)),
        );
        expect(found.length).toBeGreaterThanOrEqual(all.length - 1);
        for (const one of found) expect(all).toContainEqual(one);
      },
    ),
  );
});

test('bytes that are no segment give nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(scanFrames(Buffer.from(bytes)).frames).toEqual([]);
    }),
  );
});
