import { Command } from 'ioredis';
import { entryFields } from './batch-codec.ts';
import { readBlocking, type StreamConnection } from './connect.ts';
import { collectorGroup, keys, recordShards } from './keys.ts';
import { evenWhenFull, runScript, script } from './run-script.ts';

/** KEYS: alone. ARGV: entry. */
const countAlone = script(`${evenWhenFull}return redis.call('HINCRBY', KEYS[1], ARGV[1], 1)`);

/** KEYS: batches, waiting. ARGV: group, then of each entry id, team, payload bytes. */
const acknowledgeAll = script(`${evenWhenFull}local done = {}
for i = 2, #ARGV, 3 do
  if redis.call('XACK', KEYS[1], ARGV[1], ARGV[i]) == 1 then
    done[ARGV[i + 1]] = (done[ARGV[i + 1]] or 0) + ARGV[i + 2]
  end
end
for team, bytes in pairs(done) do
  if redis.call('HINCRBY', KEYS[2], team, string.format('-%d', bytes)) <= 0 then redis.call('HDEL', KEYS[2], team) end
end`);

/** One entry as it lies in the stream. What names the batch stands beside the payload, which may be unreadable. */
export type StreamEntry = {
  shard: number;
  entryId: string;
  teamId: string;
  producerId: string;
  seq: number;
  payload: Buffer;
};

export type RecoveredEntries = {
  entries: StreamEntry[];
  /** Entries that were pending and are gone from the stream: trimmed before they were acknowledged. */
  deleted: string[];
};

export type ShardConsumer = {
  /** New entries of the shards, at most `count` each; waits up to `blockMs` for the first, not at all when it is null. */
  read(options: { shards: readonly number[]; count: number; blockMs: number | null }): Promise<StreamEntry[]>;
  /**
   * Takes over what is pending in a shard, whoever it was delivered to: entries idle for at least `minIdleMs` (0: all).
   * At most `limit` at a time; `cursor` of the answer leads on, null at the end.
   */
  recover(options: {
    shard: number;
    minIdleMs: number;
    cursor?: string;
    limit?: number;
  }): Promise<RecoveredEntries & { cursor: string | null }>;
  /** After the commit and the live delta. */
  acknowledge(entries: readonly StreamEntry[]): Promise<void>;
  /** Forgets consumers of dead collectors, which have nothing pending any more. */
  forgetIdleConsumers(shard: number): Promise<void>;
  /** How often the batch was begun alone, this time included. */
  beginAlone(entry: StreamEntry): Promise<number>;
  /** The batch ended, well or not; what matters is that the collector lived. */
  endAlone(entry: StreamEntry): Promise<void>;
};

type RawEntry = [id: Buffer, fields: Buffer[] | null];

const shardOfKey = new Map(recordShards.map((shard) => [keys.batches(shard), shard]));
const idleConsumerMs = 60_000;

/**
 * The reading side of the record shards. `reader` is a connection of `connectBlockingReader` of its own, `redis` one of
 * `connectWriter`. Groups are made from the first entry on, also when Redis lost them.
 */
export function createShardConsumer(options: {
  redis: StreamConnection;
  reader: StreamConnection;
  instanceId: string;
}): ShardConsumer {
  const { redis, reader, instanceId } = options;

  /** Runs `work`, and once more with the groups made when there are none (first start, FLUSHALL, failover). */
  const withGroups = async <T>(shards: readonly number[], work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error && /NOGROUP|UNBLOCKED|no such key/i.test(error.message))) throw error;
      await Promise.all(shards.map((shard) => makeGroup(redis, shard)));
      return work();
    }
  };

  return {
    async read({ shards, count, blockMs }) {
      const names = shards.map((shard) => keys.batches(shard));
      const streams = [...names, ...names.map(() => '>')];
      const from = ['GROUP', collectorGroup, instanceId, 'COUNT', count] as const;
      const reply = await withGroups(shards, () =>
        readBlocking(reader, () =>
          blockMs === null
            ? reader.xreadgroupBuffer(...from, 'STREAMS', ...streams)
            : reader.xreadgroupBuffer(...from, 'BLOCK', blockMs, 'STREAMS', ...streams),
        ),
      );
      if (reply === null) return [];
      return reply.flatMap(([key, items]) => toEntries(shardOfKey.get(key.toString()) ?? -1, items));
    },

    async recover({ shard, minIdleMs, cursor = '0-0', limit = 64 }) {
      const args = [keys.batches(shard), collectorGroup, instanceId, minIdleMs, cursor, 'COUNT', limit];
      // The client has no method for this command that leaves payloads as bytes.
      const claim = () => redis.sendCommand(new Command('XAUTOCLAIM', args, { replyEncoding: null }));
      const reply = await withGroups([shard], async () => claim());
      const [next, items, deleted] = reply as [Buffer, RawEntry[], Buffer[]?];
      return {
        entries: toEntries(shard, items),
        deleted: (deleted ?? []).map(String),
        cursor: next.toString() === '0-0' ? null : next.toString(),
      };
    },

    async acknowledge(entries) {
      const byShard = Map.groupBy(entries, ({ shard }) => shard);
      await Promise.all(
        [...byShard].map(([shard, group]) =>
          runScript(
            redis,
            acknowledgeAll,
            [keys.batches(shard), keys.waiting(shard)],
            [collectorGroup, ...group.flatMap(({ entryId, teamId, payload }) => [entryId, teamId, payload.length])],
          ),
        ),
      );
    },

    async forgetIdleConsumers(shard) {
      const rows = await withGroups([shard], () => redis.xinfo('CONSUMERS', keys.batches(shard), collectorGroup));
      for (const consumer of (rows as unknown[][]).map(toConsumer)) {
        if (consumer.name === instanceId || consumer.pending > 0 || consumer.idle < idleConsumerMs) continue;
        await redis.xgroup('DELCONSUMER', keys.batches(shard), collectorGroup, consumer.name);
      }
    },

    beginAlone: async ({ shard, entryId }) =>
      Number(await runScript(redis, countAlone, [keys.alone(shard)], [entryId])),
    async endAlone({ shard, entryId }) {
      await redis.hdel(keys.alone(shard), entryId);
    },
  };
}

async function makeGroup(redis: StreamConnection, shard: number): Promise<void> {
  try {
    await redis.xgroup('CREATE', keys.batches(shard), collectorGroup, '0', 'MKSTREAM');
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
  }
}

function toEntries(shard: number, items: readonly RawEntry[]): StreamEntry[] {
  const entries: StreamEntry[] = [];
  for (const [id, fields] of items) {
    // Trimmed while it was pending: the next claim lists it as deleted.
    if (fields === null) continue;
    const values = new Map<string, Buffer>();
    for (let at = 0; at + 1 < fields.length; at += 2) values.set(String(fields[at]), fields[at + 1] ?? Buffer.alloc(0));
    const textOf = (field: string): string => values.get(field)?.toString() ?? '';
    entries.push({
      shard,
      entryId: id.toString(),
      teamId: textOf(entryFields.team),
      producerId: textOf(entryFields.producer),
      seq: Number(textOf(entryFields.seq)),
      payload: values.get(entryFields.payload) ?? Buffer.alloc(0),
    });
  }
  return entries;
}

function toConsumer(row: unknown[]): { name: string; pending: number; idle: number } {
  const field = (name: string): unknown => row[row.indexOf(name) + 1];
  return { name: String(field('name')), pending: Number(field('pending')), idle: Number(field('idle')) };
}
