import fc from 'fast-check';
import type { JsonSchema } from './operations.ts';

/** Printable and awkward, but what every text column holds. */
const character = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }) },
  { weight: 2, arbitrary: fc.constantFrom('ü', '漢', '🙂', "'", '%', '_', '\\', '/', '\n', '\u200f') },
);

function text({ minLength = 0, maxLength = 40 }: JsonSchema): fc.Arbitrary<string> {
  const cut = (value: string): string => value.slice(0, maxLength).toWellFormed();
  const short = fc.string({ unit: character, minLength, maxLength: Math.min(maxLength, minLength + 30) });
  const long = fc.constantFrom('x', '漢').map((one) => one.repeat(Math.min(maxLength, 300)));
  return fc.oneof({ weight: 9, arbitrary: short }, { weight: 1, arbitrary: long }).map(cut);
}

/** Years that a test database has something in, and the ends of what is taken. */
const time = fc
  .oneof(
    fc.date({ min: new Date('2026-01-01T00:00:00Z'), max: new Date('2026-12-31T00:00:00Z'), noInvalidDate: true }),
    fc.date({ min: new Date('1971-01-01T00:00:00Z'), max: new Date('2105-01-01T00:00:00Z'), noInvalidDate: true }),
  )
  .map((date) => date.toISOString());

function string(schema: JsonSchema): fc.Arbitrary<string> {
  if (schema.format === 'date-time') return time;
  if (schema.format === 'date') return time.map((value) => value.slice(0, 10));
  if (schema.format === 'uuid') return fc.uuid();
  if (schema.pattern === undefined || schema.pattern.includes(String.raw`\u0000`)) return text(schema);
  return fc.stringMatching(new RegExp(schema.pattern));
}

function number({ minimum = -1e6, maximum = 1e6 }: JsonSchema, whole: boolean): fc.Arbitrary<number> {
  const max = Math.max(minimum, maximum);
  return whole ? fc.integer({ min: minimum, max }) : fc.double({ min: minimum, max, noNaN: true });
}

function object(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties, propertyNames = {} } = schema;
  const known = fc.record(Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, arbitraryOf(one)])), {
    requiredKeys: [...required],
  });
  if (typeof additionalProperties !== 'object') return known;
  return fc.dictionary(string(propertyNames), arbitraryOf(additionalProperties), { maxKeys: 3 });
}

/** Values that fit a schema of the document. */
export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { type, enum: words, anyOf, oneOf, items, minItems = 0, maxItems = 5 } = schema;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (words !== undefined) return fc.constantFrom(...words);
  const branches = anyOf ?? oneOf;
  if (branches !== undefined) return fc.oneof(...branches.map(arbitraryOf));
  switch (type) {
    case 'string':
      return string(schema);
    case 'integer':
    case 'number':
      return number(schema, type === 'integer');
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(arbitraryOf(items ?? {}), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 4) });
    case 'object':
      return object(schema);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}
