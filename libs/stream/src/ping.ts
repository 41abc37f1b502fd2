import type { StreamConnection } from './connect.ts';

/**
 * Asks the server who it is: `Redis 7.0.15, 12.3 MB used`. Throws what the client throws, and what the server says while
 * it loads its data: INFO alone is answered then as well, by a server that takes no batch yet.
 */
export async function pingStream(redis: StreamConnection): Promise<string> {
  const [server, memory] = await Promise.all([redis.info('server'), redis.info('memory'), redis.ping()]);
  const version = /redis_version:(\S+)/.exec(server)?.[1] ?? 'of unknown version';
  const used = /used_memory_human:(\S+)/.exec(memory)?.[1] ?? 'unknown';
  return `Redis ${version}, ${used} used`;
}
