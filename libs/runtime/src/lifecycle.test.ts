import { expect, test } from 'vitest';
import { createLifecycle } from './lifecycle.ts';
import { createLog } from './log.ts';

const log = createLog({ service: 'test', level: 'silent' });

test('what was acquired last is undone first, once, also when disposed twice', async () => {
  const order: string[] = [];
  const life = createLifecycle({ log });
  life.defer('a', () => void order.push('a'));
  life.defer('b', async () => void order.push('b'));
  await Promise.all([life[Symbol.asyncDispose](), life[Symbol.asyncDispose]()]);
  expect(order).toEqual(['b', 'a']);
});

test('a step that throws does not keep the others from running, and is reported', async () => {
  const order: string[] = [];
  const life = createLifecycle({ log });
  life.defer('a', () => void order.push('a'));
  life.defer('b', () => {
    throw new Error('b is broken');
  });
  await expect(life[Symbol.asyncDispose]()).rejects.toThrow(AggregateError);
  expect(order).toEqual(['a']);
});

test('a step that never ends is given up on', async () => {
  const order: string[] = [];
  const life = createLifecycle({ log, stepMs: 20 });
  life.defer('a', () => void order.push('a'));
  life.defer('stuck', () => new Promise<void>(() => {}));
  await expect(life[Symbol.asyncDispose]()).rejects.toThrow(AggregateError);
  expect(order).toEqual(['a']);
});
