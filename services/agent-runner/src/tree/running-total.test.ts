import { expect, test } from 'vitest';
import { createRunningTotal } from './running-total.ts';

const member = (key: string, parentKey: string | null, own: number, inherited = 0) => ({
  key,
  parentKey,
  own,
  inherited,
});

test('a child that its parent waited for counts once', () => {
  const total = createRunningTotal();
  expect(total.update([member('root', null, 10), member('child', 'root', 100)])).toBe(110);
  expect(total.update([member('root', null, 11, 120)])).toBe(131);
});

test('a child that nobody waited for keeps what it had', () => {
  const total = createRunningTotal();
  total.update([member('root', null, 10), member('child', 'root', 100)]);
  expect(total.update([member('root', null, 11)])).toBe(111);
});

test('an orphan that ended counts on, and the total never falls', () => {
  const total = createRunningTotal();
  total.update([member('root', null, 10), member('orphan', null, 50)]);
  expect(total.update([member('root', null, 10)])).toBe(60);
  expect(total.update([])).toBe(60);
  expect(total.update([member('root', null, 5)])).toBeGreaterThanOrEqual(60);
});

test('what a dead parent would have passed on reaches the nearest living ancestor once', () => {
  const total = createRunningTotal();
  total.update([member('root', null, 0), member('shell', 'root', 5, 0), member('tool', 'shell', 80)]);
  // Both ended between two looks: tool's 80 went to shell, and shell's 85 to root.
  expect(total.update([member('root', null, 1, 85)])).toBe(86);
});

test('a child that was born and ended between two looks is in its parent’s inheritance', () => {
  const total = createRunningTotal();
  total.update([member('root', null, 1)]);
  expect(total.update([member('root', null, 2, 30)])).toBe(32);
});
