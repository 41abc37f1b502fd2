import { hostname } from 'node:os';
import { z } from 'zod';
import type { StreamConnection } from './connect.ts';
import { keys } from './keys.ts';

/** Services that say they are alive. */
export type BeatingService = 'collector' | 'aggregator' | 'gateway' | 'agent-runner';

const heartbeat = z.object({
  instance_id: z.string(),
  host: z.string(),
  pid: z.int(),
  /** ISO times by the instance's own clock. */
  started_at: z.string(),
  beat_at: z.string(),
  /** Epoch ms by Redis's clock: ages are differences of one clock. */
  redis_ms: z.number(),
  /** Numbers and words of the service itself, shown in the health page. */
  details: z.record(z.string(), z.unknown()),
});
export type Heartbeat = z.output<typeof heartbeat> & { age_ms: number };

/** A heartbeat older than this is a dead instance; its row goes with the next beat of a peer. */
export const heartbeatLifeMs = 15_000;
const forgottenAfterMs = 10 * 60_000;

export type Beat = { beat(details?: Record<string, unknown>): Promise<void>; end(): Promise<void> };

/** The heart of one instance. The caller beats every few seconds; `end` says good-bye. */
export function createHeartbeat(options: {
  redis: StreamConnection;
  service: BeatingService;
  instanceId: string;
  now: () => number;
}): Beat {
  const { redis, service, instanceId, now } = options;
  const startedAt = new Date(now()).toISOString();
  return {
    async beat(details = {}) {
      const row = {
        instance_id: instanceId,
        host: hostname(),
        pid: process.pid,
        started_at: startedAt,
        beat_at: new Date(now()).toISOString(),
        redis_ms: await redisNow(redis),
        details,
      };
      await redis.hset(keys.beats(service), instanceId, JSON.stringify(row));
    },
    async end() {
      await redis.hdel(keys.beats(service), instanceId);
    },
  };
}

/** Instances of a service heard of within `heartbeatLifeMs` (or `maxAgeMs`), youngest beat first. */
export async function listHeartbeats(
  redis: StreamConnection,
  service: BeatingService,
  maxAgeMs = heartbeatLifeMs,
): Promise<Heartbeat[]> {
  const key = keys.beats(service);
  const [now, rows] = await Promise.all([redisNow(redis), redis.hgetall(key)]);
  const beats: Heartbeat[] = [];
  const forgotten: string[] = [];
  for (const [instance, text] of Object.entries(rows)) {
    const parsed = heartbeat.safeParse(parseJson(text));
    const age = parsed.success ? Math.max(0, now - parsed.data.redis_ms) : Infinity;
    if (age > forgottenAfterMs) forgotten.push(instance);
    if (parsed.success && age <= maxAgeMs) beats.push({ ...parsed.data, age_ms: age });
  }
  if (forgotten.length > 0) await redis.hdel(key, ...forgotten);
  return beats.toSorted((a, b) => a.age_ms - b.age_ms);
}

async function redisNow(redis: StreamConnection): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
