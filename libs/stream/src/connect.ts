import { Redis, type RedisOptions } from 'ioredis';
import { ConfigError } from '@telltale/runtime/config';

/** A connection made by this package; nobody else names the client library. */
export type StreamConnection = Redis;

export type ConnectOptions = {
  /** `redis://` or `rediss://`. */
  url: string;
  /** Shown by CLIENT LIST. */
  name: string;
  /** How long one command may take, in ms. */
  commandTimeoutMs?: number;
};

/** Explicit, because the defaults changed between majors: replies keep their RESP2 shapes. */
const shared = { protocol: 3, replyMapping: 'legacy', lazyConnect: true, connectTimeout: 5_000 } as const;

/**
 * For commands that answer at once. Fails fast: nothing is queued while Redis is away, and a command whose reply was
 * lost is reported, not sent twice. Concurrent commands share round trips.
 */
export async function connectWriter({
  url,
  name,
  commandTimeoutMs = 5_000,
}: ConnectOptions): Promise<StreamConnection> {
  return open(url, {
    ...shared,
    connectionName: name,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
  });
}

/** How much later than it should a blocking read may answer: a busy machine, a slow network. */
const lateMs = 3_000;

/**
 * For one blocking read at a time: its own socket, no pipelining. Reads go through `readBlocking`; none may block for
 * longer than `longestBlockMs`.
 */
export async function connectBlockingReader({
  url,
  name,
  longestBlockMs = 5_000,
}: Omit<ConnectOptions, 'commandTimeoutMs'> & { longestBlockMs?: number }): Promise<StreamConnection> {
  return open(url, {
    ...shared,
    connectionName: name,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: null,
    // Not `blockingTimeout`: it takes an answer that is late by 100 ms for none, and what the server has handed over
    // with it would be read by nobody.
    commandTimeout: longestBlockMs + lateMs,
  });
}

/**
 * One blocking read. When no answer comes in time the connection is given up and made anew: on the old one the read may
 * still be carried out, and its answer would find nobody.
 */
export async function readBlocking<T>(reader: StreamConnection, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && error.message === 'Command timed out') reader.disconnect(true);
    throw error;
  }
}

/** For BullMQ, which asks for unlimited retries and duplicates the connection for its blocking side. */
export async function connectForQueues({ url, name }: ConnectOptions): Promise<StreamConnection> {
  return open(url, { ...shared, connectionName: name, maxRetriesPerRequest: null });
}

/** Waits for the first connection; afterwards the client reconnects by itself with jitter. Errors reach the callers. */
async function open(url: string, options: RedisOptions & { replyMapping: 'legacy' }): Promise<StreamConnection> {
  const redis = new Redis(url, options);
  redis.on('error', ignoreConnectionError);
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

/** Each command that fails says so itself; without a listener the client would print every attempt. */
function ignoreConnectionError(): void {}

/** Ends a connection without waiting for a blocked read. */
export function disconnect(redis: StreamConnection): void {
  redis.disconnect();
}

/** Refuses a Redis that may evict: it would silently delete batches that nobody stored yet. */
export async function refuseEviction(redis: StreamConnection): Promise<void> {
  const memory = await redis.info('memory');
  const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1] ?? 'unknown';
  if (policy === 'noeviction') return;
  throw new ConfigError([
    `TELLTALE_REDIS_URL: this Redis has maxmemory-policy ${policy}, which deletes unread batches when memory is full; ` +
      'set it with: redis-cli CONFIG SET maxmemory-policy noeviction (and in redis.conf: maxmemory-policy noeviction)',
  ]);
}
