import { expect, test } from 'vitest';
import { createUuidV7 } from './uuid-v7.ts';

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('100,000 ids of one process are well formed, distinct and rising', () => {
  const next = createUuidV7();
  const ids = Array.from({ length: 100_000 }, next);
  expect(ids.filter((id) => !shape.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ''))).toBe(true);
});

test('ids keep rising when the clock stands still or steps back', () => {
  const times = [1_000, 1_000, 900, 1_000, 1_001];
  const next = createUuidV7(() => times.shift() ?? 1_001);
  const ids = Array.from({ length: 5_000 }, next);
  expect(ids.toSorted()).toEqual(ids);
});

test('the first 48 bits are the time in milliseconds', () => {
  const id = createUuidV7(() => Date.UTC(2026, 10, 21))();
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 21));
});
