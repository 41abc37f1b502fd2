import type { LiveDelta } from '@telltale/contracts/live-entry';
import type { StreamConnection } from './connect.ts';
import { keys } from './keys.ts';
import { runScript, script } from './run-script.ts';
import { keptFunction } from './viewers.ts';

/** One entry of a live shard. Its delta is parsed when it is first asked for: a shard carries other teams' too. */
export type LiveEntry = { id: string; team: string; batch: string; delta(): LiveDelta };

/** Entries of a shard after a place; nothing from `kept` on was removed before they were read. */
export type LivePage = { entries: LiveEntry[]; kept: string };

/** KEYS: shard. ARGV: the first id wanted, count. */
const page = script(`${keptFunction}
local last, first = kept(KEYS[1])
return { first, redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2]) }
`);

export type RawEntry = [id: string, fields: string[]];

/** A stream entry whose fields are `t` team, `b` batch, `d` delta, in any order. */
export function toLiveEntry([id, fields]: RawEntry): LiveEntry {
  const value = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2) value.set(fields[index] ?? '', fields[index + 1] ?? '');
  let parsed: LiveDelta | undefined;
  return {
    id,
    team: value.get('t') ?? '',
    batch: value.get('b') ?? '',
    delta: () => (parsed ??= JSON.parse(value.get('d') ?? '') as LiveDelta),
  };
}

/** At most `count` entries of a shard after `after`. */
export async function readLivePage(
  redis: StreamConnection,
  shard: number,
  { after, count }: { after: string; count: number },
): Promise<LivePage> {
  const reply = await runScript(redis, page, [keys.live(shard)], [`(${after}`, count]);
  const [kept, raw] = reply as [kept: string, raw: RawEntry[]];
  return { entries: raw.map(toLiveEntry), kept };
}
