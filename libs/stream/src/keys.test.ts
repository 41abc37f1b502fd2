import { expect, test } from 'vitest';
import { taskQueueName } from './keys.ts';

test('the queue of a crew has a name of its own that BullMQ takes, whatever the crew is called', () => {
  expect(taskQueueName('red', 'nightly')).toBe('tasks/red/nightly');
  expect(taskQueueName('red', 'a:b/c')).toBe('tasks/red/a%3Ab%2Fc');
});
