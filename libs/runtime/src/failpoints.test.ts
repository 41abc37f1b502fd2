import { expect, test } from 'vitest';
import { ConfigError } from './config.ts';
import { createFailpoints } from './failpoints.ts';

test('without a specification a failpoint does nothing', () => {
  expect(createFailpoints({})('collector.after_commit')).toBeUndefined();
});

test('it acts at the visit it names, and at no other place', async () => {
  const failpoint = createFailpoints({ TELLTALE_FAILPOINTS: 'a.b=throw@2;c.d=delay:1', NODE_ENV: 'test' });
  expect(failpoint('a.b')).toBeUndefined();
  await expect(failpoint('a.b')).rejects.toThrow('failpoint a.b');
  expect(failpoint('a.b')).toBeUndefined();
  await expect(failpoint('c.d')).resolves.toBeUndefined();
  expect(failpoint('x.y')).toBeUndefined();
});

test('it is refused outside tests, and when it cannot be read', () => {
  expect(() => createFailpoints({ TELLTALE_FAILPOINTS: 'a.b=kill', NODE_ENV: 'production' })).toThrow(ConfigError);
  expect(() => createFailpoints({ TELLTALE_FAILPOINTS: 'a.b=explode', NODE_ENV: 'test' })).toThrow(/a\.b=explode/);
});
