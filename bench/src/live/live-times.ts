import { setTimeout as delay } from 'node:timers/promises';
import { connectWriter, disconnect } from '@telltale/stream/connect';
import { keys, liveShardOf } from '@telltale/stream/keys';
import { liveFields } from '@telltale/stream/live-append';
import { runScript, script } from '@telltale/stream/run-script';

const everyMs = 500;
const atOnce = 5_000;

/** KEYS: shard. ARGV: the first id wanted, count. Ids and batches alone: the records would cost the measuring process much. */
const batches = script(`local found = {}
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])) do
  for at = 1, #entry[2], 2 do
    if entry[2][at] == '${liveFields.batch}' then table.insert(found, { entry[1], entry[2][at + 1] }) end
  end
end
return found`);

/** When each batch of a team came to the live stream, by the clock of Redis (epoch ms), from now on. */
export async function followLiveTimes({ redisUrl, team }: { redisUrl: string; team: string }) {
  const redis = await connectWriter({ url: redisUrl, name: 'telltale-bench-times' });
  const times = new Map<string, number>();
  const end = new AbortController();
  let after = `${Date.now()}-0`;

  const read = async (): Promise<void> => {
    for (let full = true; full;) {
      const found = await runScript(redis, batches, [keys.live(liveShardOf(team))], [`(${after}`, atOnce]);
      const entries = found as [id: string, batch: string][];
      for (const [id, batch] of entries) {
        times.set(batch, Number(id.split('-')[0]));
        after = id;
      }
      full = entries.length === atOnce;
    }
  };
  const running = (async () => {
    while (!end.signal.aborted) {
      // A process that is busy with its viewers may miss an answer; the next one says the same and more.
      await read().catch(() => undefined);
      await delay(everyMs, undefined, { signal: end.signal }).catch(() => undefined);
    }
  })();

  return {
    /** What is known of all batches, the latest included. */
    async all(): Promise<ReadonlyMap<string, number>> {
      end.abort();
      await running;
      await read();
      return times;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      end.abort();
      await running;
      disconnect(redis);
    },
  };
}
