import { expect, test } from 'vitest';
import { z } from 'zod';
import { plainWords } from './plain-words.ts';

const words = (schema: z.ZodType, value: unknown): string | undefined =>
  schema.safeParse(value, { error: plainWords }).error?.issues[0]?.message;

test('what is wrong is said in words that follow the name of a field', () => {
  expect(words(z.string(), undefined)).toBe('is needed');
  expect(words(z.string(), 7)).toBe('is not a text');
  expect(words(z.int(), '7')).toBe('is not a number');
  expect(words(z.int(), 1.5)).toBe('is not a whole number');
  expect(words(z.array(z.string()), 'x')).toBe('is not a list');
  expect(words(z.object({ a: z.string() }), 'x')).toBe('is not an object');
  expect(words(z.boolean(), 'x')).toBe('is not true or false');
  expect(words(z.enum(['a', 'b']), 'c')).toBe('is not one of a, b');
  expect(words(z.literal(1), 2)).toBe('is not 1');
  expect(words(z.literal(1), undefined)).toBe('is needed: 1');
  expect(words(z.enum(['a', 'b']), undefined)).toBe('is needed: one of a, b');
  expect(words(z.string().min(1), '')).toBe('is empty');
  expect(words(z.string().min(3), 'ab')).toBe('has fewer than 3 characters');
  expect(words(z.string().max(1), 'ab')).toBe('has more than 1 characters');
  expect(words(z.array(z.int()).min(1), [])).toBe('is empty');
  expect(words(z.array(z.int()).max(1), [1, 2])).toBe('has more than 1 entries');
  expect(words(z.number().min(0), -1)).toBe('is below 0');
  expect(words(z.number().positive(), 0)).toBe('is not above 0');
  expect(words(z.number().max(5), 6)).toBe('is above 5');
  expect(words(z.number().lt(5), 5)).toBe('is not below 5');
  expect(words(z.uuid(), 'x')).toBe('is not a UUID');
  expect(words(z.iso.datetime(), 'x')).toBe('is not a time such as 2026-11-21T12:00:00.000Z');
  expect(words(z.string().regex(/^a$/), 'x')).toBe('does not match /^a$/');
  expect(words(z.union([z.string(), z.int()]), true)).toBe('has none of the shapes that are taken here');
});

test('what a schema says itself goes before', () => {
  expect(words(z.enum(['a'], { error: 'is no letter' }), 'b')).toBe('is no letter');
});
