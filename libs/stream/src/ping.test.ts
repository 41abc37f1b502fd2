import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { connectWriter, disconnect } from './connect.ts';
import { pingStream } from './ping.ts';

test('a server that still loads its data is not there yet: it tells about itself before it takes a write', async () => {
  await using server = await startPrivateRedis({ 'key-load-delay': '100000' });
  const redis = await connectWriter({ url: server.url, name: 'test' });
  await redis.mset(Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`k${i}`, 'v'])));
  await redis.call('BGREWRITEAOF');
  await until(async () => (await redis.info('persistence')).includes('aof_rewrite_in_progress:0'));
  expect(await pingStream(redis)).toMatch(/^Redis \d+\.\d+/);
  server.kill();
  await until(() => redis.status !== 'ready');
  const again = server.restart();
  let looks = 0;
  await until(async () => {
    if (redis.status === 'connect') looks += 1;
    return pingStream(redis);
  });
  const written = await redis.set('k', 'v').catch(String);
  await again;
  expect(written).toBe('OK');
  expect(looks).toBeGreaterThan(0);
  disconnect(redis);
});
