import { createHash } from 'node:crypto';

/**
 * Every name in Redis. Braces are hash tags: what one command or script touches shares a slot of a Redis Cluster.
 *
 *   tt:{r00}:batches … tt:{r15}:batches   record shards: streams of batches, chosen by producer, read by one group
 *   tt:{r00}:lease                        token of the collector that reads the shard (expires)
 *   tt:{r00}:alone                        hash entry id → times its batch was begun alone and not ended
 *   tt:{r00}:waiting                      hash team → payload bytes of its batches that are not acknowledged yet
 *   tt:{r00}:settled:<team>:<producer>    how far a producer is stored, by the collector's word (JSON, expires)
 *   tt:{leases}:members                   sorted set collector → when its membership ends (epoch ms)
 *   tt:{l0}:live … tt:{l7}:live           live shards: bounded streams of deltas, chosen by team
 *   tt:{l0}:viewers:<team>                exists while the team has, or lately had, viewers (expires)
 *   tt:{l0}:sent:<team>:<batch>           exists for 10 min after a batch's delta was appended (expires)
 *   tt:{beats}:<service>                  hash instance → its last heartbeat (JSON)
 *   tt:{b:<team>}:book                    hash of a team's budgets: version, epoch of the data, when gathering ends
 *   tt:{b:<team>}:sums                    hash account and what of it → whole number (libs/stream/src/budgets/scripts.ts)
 *   tt:{b:<team>}:holders                 hash holder of slices → what it holds (JSON)
 *   tt:{b:<team>}:calls                   hash holder/call → what it came to by account (JSON), until it is rolled up
 *   tt:{b:<team>}:wanted                  hash account → when somebody found it not counted (epoch ms)
 *   tt:{b:<team>}:rules                   the team's budgets (JSON), for who has no other way to them
 *   tt:{epoch}:data                       random word made once; another word means other data (FLUSHALL, failover)
 *   tt:{epoch}:store                      the store's epoch as the last reader of PostgreSQL saw it
 *   {telltale}:<queue>:…                  BullMQ
 *   {telltale}:tasks/<team>/<crew>:…      BullMQ: tasks that wait for a runner
 */
export const recordShardCount = 16;
export const liveShardCount = 8;
/** The one consumer group of the record shards. */
export const collectorGroup = 'collectors';
export const queuePrefix = '{telltale}';
/** The queue of a team's crew. Names are escaped: a queue's own may not hold a colon, and a slash would end theirs. */
export const taskQueueName = (teamId: string, crewId: string): string =>
  `tasks/${encodeURIComponent(teamId)}/${encodeURIComponent(crewId)}`;

const pick = (value: string, count: number): number =>
  createHash('sha1').update(value).digest().readUInt32BE(0) % count;

/** Fixed for ever: another number would let two shards hold batches of one producer. */
export const recordShardOf = (producerId: string): number => pick(producerId, recordShardCount);
export const liveShardOf = (teamId: string): number => pick(teamId, liveShardCount);

const recordTag = (shard: number): string => `tt:{r${String(shard).padStart(2, '0')}}`;
const liveTag = (shard: number): string => `tt:{l${shard}}`;

export const keys = {
  batches: (shard: number): string => `${recordTag(shard)}:batches`,
  lease: (shard: number): string => `${recordTag(shard)}:lease`,
  alone: (shard: number): string => `${recordTag(shard)}:alone`,
  waiting: (shard: number): string => `${recordTag(shard)}:waiting`,
  settled: (teamId: string, producerId: string): string =>
    `${recordTag(recordShardOf(producerId))}:settled:${teamId}:${producerId}`,
  members: 'tt:{leases}:members',
  live: (shard: number): string => `${liveTag(shard)}:live`,
  viewers: (teamId: string): string => `${liveTag(liveShardOf(teamId))}:viewers:${teamId}`,
  sent: (teamId: string, batch: string): string => `${liveTag(liveShardOf(teamId))}:sent:${teamId}:${batch}`,
  budgets: (teamId: string, part: 'book' | 'sums' | 'holders' | 'calls' | 'wanted' | 'rules'): string =>
    `tt:{b:${teamId}}:${part}`,
  beats: (service: string): string => `tt:{beats}:${service}`,
  dataEpoch: 'tt:{epoch}:data',
  storeEpoch: 'tt:{epoch}:store',
} as const;

export const recordShards: readonly number[] = Array.from({ length: recordShardCount }, (_, shard) => shard);
