import { expect, test } from 'vitest';
import { createOneAtATime } from './one-at-a-time.ts';

test('what is asked for while it is being made is not made again; afterwards it is, also when it went wrong', async () => {
  const oneAtATime = createOneAtATime();
  const first = Promise.withResolvers<string>();
  let made = 0;
  const make = (): Promise<string> => {
    made += 1;
    return first.promise;
  };
  const answer = oneAtATime(make);
  expect(await oneAtATime(make)).toBeNull();
  first.resolve('key');
  expect([await answer, made]).toEqual(['key', 1]);
  await expect(oneAtATime(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await oneAtATime(() => Promise.resolve('another'))).toBe('another');
});
