import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createJsonScanner } from './json-scanner.ts';
import { createSseData } from './sse-data.ts';

const wanted = {
  id: 'id',
  usage: 'usage',
  deep: { name: 'name' },
  items: { '[]': { kind: 'kind', '{}': 'end' } },
  many: { '[]': '#many' },
};

/** What is found when the bytes come in pieces that end at these places. */
function scan(bytes: Buffer, cuts: readonly number[], asParts = false): [string, unknown][] {
  const found: [string, unknown][] = [];
  const scanner = createJsonScanner({
    wanted,
    onValue: (name, value, start, end) => {
      found.push([name, value]);
      if (!name.startsWith('#') && name !== 'end')
        expect(JSON.parse(bytes.subarray(start, end).toString())).toEqual(value);
    },
    onDocument: () => found.push(['document', null]),
  });
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    if (asParts) scanner.push(bytes, from, to);
    else scanner.push(bytes.subarray(from, to));
    from = to;
  }
  return found;
}

const inner = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>;
const document = fc.record({
  other: inner,
  // Longer than what is looked at byte by byte, and full of what could end it too early.
  long: fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', 'é', '}'), size: 'max', maxLength: 300 }),
  id: fc.string({ unit: 'binary' }),
  usage: fc.dictionary(fc.string(), fc.integer()),
  deep: fc.record({ name: fc.double({ noNaN: true, noDefaultInfinity: true }), id: inner }),
  items: fc.array(fc.record({ kind: fc.string(), usage: inner }), { maxLength: 3 }),
  many: fc.array(inner, { maxLength: 3 }),
});

type Document = typeof document extends fc.Arbitrary<infer T> ? T : never;

const expectedOf = (value: Document): [string, unknown][] =>
  JSON.parse(
    JSON.stringify([
      ['id', value.id],
      ['usage', value.usage],
      ['name', value.deep.name],
      ...value.items.flatMap(({ kind }) => [
        ['kind', kind],
        ['end', null],
      ]),
      ...value.many.map(() => ['#many', null]),
      ['document', null],
    ]),
  ) as [string, unknown][];
const plain = (found: [string, unknown][]): unknown =>
  JSON.parse(JSON.stringify(found, (_key, value: unknown) => value ?? null));

test('finds the wanted values of any documents, in any pieces, in a row or in a list', () => {
  fc.assert(
    fc.property(
      fc.array(document, { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(5_000), { maxLength: 30 }),
      fc.constantFrom('lines', 'list', 'pretty'),
      fc.boolean(),
      (documents, cuts, form, asParts) => {
        const text =
          form === 'lines'
            ? documents.map((each) => JSON.stringify(each)).join('\n')
            : JSON.stringify(documents, null, form === 'pretty' ? 1 : 0);
        expect(plain(scan(Buffer.from(text), cuts, asParts))).toEqual(documents.flatMap(expectedOf));
      },
    ),
    { numRuns: 200 },
  );
});

test('what is no JSON, or is cut, never fails', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', 'a', '1', ' ') }),
      (noise, text) => {
        const scanner = createJsonScanner({ wanted, onValue: () => undefined });
        scanner.push(Buffer.from(noise));
        scanner.push(Buffer.from(text));
      },
    ),
    { numRuns: 500 },
  );
});

test('the data of server-sent events, in any pieces and with any line ends', () => {
  fc.assert(
    fc.property(fc.constantFrom('\n', '\r\n', '\r'), fc.array(fc.nat(200), { maxLength: 20 }), (end, cuts) => {
      const text = [
        ': comment',
        'event: a',
        'data: {"x": 1}',
        '',
        'data:first',
        'data: second',
        'id: 3',
        '',
        'data',
        '',
      ]
        .map((line) => line + end)
        .join('');
      const bytes = Buffer.from(text);
      let events: string[] = [];
      let data = '';
      const sse = createSseData({
        onData: (piece, start, stop) => (data += piece.toString('utf8', start, stop)),
        onEvent: () => {
          events = [...events, data];
          data = '';
        },
      });
      let from = 0;
      for (const to of [...cuts.sort((a, b) => a - b), bytes.length]) {
        sse.push(bytes.subarray(from, Math.max(from, to)));
        from = Math.max(from, to);
      }
      expect(events).toEqual(['{"x": 1}', 'firstsecond', '']);
    }),
    { numRuns: 200 },
  );
});
