import { connectWriter, disconnect } from './connect.ts';
import { keys, recordShards } from './keys.ts';

/**
 * Frees every shard at once. Only for whoever has just started this Redis and knows that no collector lives: after a
 * `kill -9` of everything the leases of the dead one would keep the first records waiting until they end.
 */
export async function clearLeases(redisUrl: string): Promise<void> {
  const redis = await connectWriter({ url: redisUrl, name: 'telltale-up' });
  try {
    for (const shard of recordShards) await redis.del(keys.lease(shard));
    await redis.del(keys.members);
  } finally {
    disconnect(redis);
  }
}
