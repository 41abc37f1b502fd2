import type { StreamConnection } from './connect.ts';
import { keys } from './keys.ts';
import { runScript, script } from './run-script.ts';

/** KEYS: batches, waiting. Where nothing lies nothing waits, whatever entries that vanished left in the count. */
const forgetWaiting = script(`if redis.call('XLEN', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end`);

/** How far one group of a stream has come. */
type GroupState = { name: string; pending: number; lastDelivered: string; lag: number | null };

/**
 * Removes what every group has acknowledged, and nothing else: the boundary is the lowest pending id of any group, else
 * the one after its last delivered. Safe beside readers, since what they are given later lies above it. Answers how
 * many entries went.
 */
export async function trimAcknowledged(redis: StreamConnection, shard: number): Promise<number> {
  const key = keys.batches(shard);
  const groups = await readGroups(redis, key);
  if (groups.length === 0) return 0;
  const boundaries = await Promise.all(groups.map((group) => boundaryOf(redis, key, group)));
  const [lowest] = boundaries.toSorted(compareIds);
  if (lowest === undefined || lowest === '0-1') return 0;
  const trimmed = await redis.xtrim(key, 'MINID', lowest);
  if (trimmed > 0) await runScript(redis, forgetWaiting, [key, keys.waiting(shard)], []);
  return trimmed;
}

export async function readGroups(redis: StreamConnection, key: string): Promise<GroupState[]> {
  let rows: unknown[][];
  try {
    rows = (await redis.xinfo('GROUPS', key)) as unknown[][];
  } catch (error) {
    if (error instanceof Error && /no such key/i.test(error.message)) return [];
    throw error;
  }
  return rows.map((row) => {
    const field = (name: string): unknown => row[row.indexOf(name) + 1];
    return {
      name: String(field('name')),
      pending: Number(field('pending')),
      lastDelivered: String(field('last-delivered-id')),
      lag: field('lag') === null ? null : Number(field('lag')),
    };
  });
}

/** The lowest pending id of a group, null when there is none. */
export async function lowestPending(redis: StreamConnection, key: string, group: string): Promise<string | null> {
  const [, lowest] = (await redis.xpending(key, group)) as [number, string | null];
  return lowest;
}

async function boundaryOf(redis: StreamConnection, key: string, group: GroupState): Promise<string> {
  const lowest = group.pending > 0 ? await lowestPending(redis, key, group.name) : null;
  return lowest ?? nextId(group.lastDelivered);
}

function parts(id: string): [bigint, bigint] {
  const [ms = '0', sequence = '0'] = id.split('-');
  return [BigInt(ms), BigInt(sequence)];
}
function nextId(id: string): string {
  const [ms, sequence] = parts(id);
  return `${ms}-${sequence + 1n}`;
}
function compareIds(a: string, b: string): number {
  const [[aMs, aSequence], [bMs, bSequence]] = [parts(a), parts(b)];
  if (aMs !== bMs) return aMs < bMs ? -1 : 1;
  return aSequence < bSequence ? -1 : aSequence > bSequence ? 1 : 0;
}
