import { randomUUID } from 'node:crypto';
import type { StreamConnection } from './connect.ts';
import { keys, recordShardCount, recordShards } from './keys.ts';
import { evenWhenFull, runScript, script } from './run-script.ts';

/** A lease that was not renewed for this long is free; with the beat below a dead peer's shards move within 10 s. */
export const leaseMs = 8_000;
export const leaseBeatMs = 1_500;

/** KEYS: members. ARGV: member, ms. Enrols by Redis's own clock and answers how many live. */
const enrol = script(`${evenWhenFull}local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZCARD', KEYS[1])
`);
/**
 * KEYS: lease. ARGV: token, ms. A lease that bears our own token is ours: what was sent before a partition may have
 * renewed it afterwards, when we had given it up already.
 */
const takeFree = script(`${evenWhenFull}local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return false end
return redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])`);
/** KEYS: lease. ARGV: token, ms. */
const renew = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);
/** KEYS: lease. ARGV: token. */
const release = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`);

export type ShardLeases = {
  /** Shards that this collector may read now; empty when renewing has failed for as long as a lease lasts. */
  held(): readonly number[];
  /**
   * One beat: enrols, renews, gives up what exceeds the fair share and takes free shards up to it. A shard that is to be
   * given up while it is `busy` stays leased, but is no longer among those that may be read, until it is not: those with
   * the most to do would never change hands otherwise. Answers the shards that were free or another's a moment ago: what
   * is pending there was left by somebody.
   */
  refresh(busy: (shard: number) => boolean): Promise<readonly number[]>;
  /** Frees every shard at once, so that peers need not wait for the leases to end. */
  release(): Promise<void>;
};

/**
 * Which collector reads which shard. A lease lost too early costs only duplicates, which the ledger drops, so there is
 * no fencing beyond the token that keeps one collector from renewing or freeing another's lease.
 */
export function createShardLeases(options: {
  redis: StreamConnection;
  instanceId: string;
  monotonic: () => number;
}): ShardLeases {
  const { redis, instanceId, monotonic } = options;
  const token = `${instanceId}:${randomUUID()}`;
  const held = new Set<number>();
  let leaving: ReadonlySet<number> = new Set();
  let validUntil = -Infinity;

  const renewHeld = async (): Promise<void> => {
    const shards = [...held];
    const answers = await Promise.all(
      shards.map((shard) => runScript(redis, renew, [keys.lease(shard)], [token, leaseMs])),
    );
    for (const [index, shard] of shards.entries()) if (answers[index] !== 1) held.delete(shard);
  };
  const giveUp = async (shard: number): Promise<void> => {
    held.delete(shard);
    await runScript(redis, release, [keys.lease(shard)], [token]);
  };
  const take = async (shard: number): Promise<boolean> => {
    if ((await runScript(redis, takeFree, [keys.lease(shard)], [token, leaseMs])) !== 'OK') return false;
    held.add(shard);
    return true;
  };

  return {
    held: () => (monotonic() < validUntil ? [...held].filter((shard) => !leaving.has(shard)) : []),
    async refresh(busy) {
      const begun = monotonic();
      if (begun >= validUntil) held.clear();
      const members = Number(await runScript(redis, enrol, [keys.members], [instanceId, leaseMs]));
      const share = Math.ceil(recordShardCount / members);
      await renewHeld();
      validUntil = begun + leaseMs;
      const excess = Math.max(0, held.size - share);
      const leavingFirst = [...held].toSorted((a, b) => Number(leaving.has(b)) - Number(leaving.has(a)));
      leaving = new Set(leavingFirst.slice(0, excess));
      for (const shard of leaving) if (!busy(shard)) await giveUp(shard);
      const gained: number[] = [];
      for (const shard of recordShards) {
        if (held.size >= share) break;
        if (!held.has(shard) && (await take(shard))) gained.push(shard);
      }
      return gained;
    },
    async release() {
      await Promise.all([redis.zrem(keys.members, instanceId), ...[...held].map(giveUp)]);
    },
  };
}
