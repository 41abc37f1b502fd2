import { expect, test } from 'vitest';
import { writeDeepJson } from './deep-json.ts';

test.each([
  'null',
  '0.5',
  '"a\\n\\u0000"',
  '[]',
  '{}',
  '[1,[2,{"a":[null,true]}],"x"]',
  '{"a":1,"":{"__proto__":[]},"b":"c"}',
])('%s is written as JSON.stringify does', (text) => {
  expect(writeDeepJson(JSON.parse(text))).toBe(text);
});

test('what nests too deep for JSON.stringify is written all the same', () => {
  const text = `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
  const value: unknown = JSON.parse(text);
  expect(() => JSON.stringify(value)).toThrow(RangeError);
  expect(writeDeepJson(value)).toBe(text);
});
