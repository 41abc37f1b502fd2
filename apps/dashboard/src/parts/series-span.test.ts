import { expect, test } from 'vitest';
import { spanOf } from './series-span.ts';

const now = Date.parse('2026-05-10T12:00:00.000Z');

test('a run of today is drawn by minutes until now, an older one by quarters, a long one by hours', () => {
  const from = '2026-05-10T11:00:00.000Z';
  expect(spanOf({ from, to: null }, now)).toEqual({ from, bucket: 'minute' });
  const old = { from: '2026-05-01T11:00:00.000Z', to: '2026-05-01T11:40:00.000Z' };
  expect(spanOf(old, now)).toEqual({ ...old, bucket: 'quarter' });
  expect(spanOf({ from: '2026-04-01T00:00:00.000Z', to: null }, now).bucket).toBe('hour');
});
