import { expect, test } from 'vitest';
import { z } from 'zod';
import { countOf, countsByName, moneyByName } from './by-name.ts';

const answer = z.object({ calls: countsByName, costs: moneyByName });
const text = '{"calls":{"__proto__":1,"constructor":2,"bash":3},"costs":{"__proto__":0.5,"toString":null}}';

test('no name is left out of an answer, whatever it means to JavaScript', () => {
  expect(JSON.stringify(answer.parse(JSON.parse(text)))).toBe(text);
  expect(JSON.stringify(z.encode(answer, JSON.parse(text)))).toBe(text);
  expect(answer.safeParse({ calls: { bash: 1.5 }, costs: {} }).success).toBe(false);
  expect(answer.safeParse({ calls: {}, costs: { bash: '1' } }).success).toBe(false);
});

test('of a name that is not there the count is 0', () => {
  const { calls } = answer.parse(JSON.parse(text));
  expect([countOf(calls, '__proto__'), countOf(calls, 'bash'), countOf({}, 'constructor')]).toEqual([1, 3, 0]);
});
