import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import { disconnect, readBlocking, type StreamConnection } from './connect.ts';
import { keys } from './keys.ts';
import { toLiveEntry, type LiveEntry, type LivePage, type RawEntry } from './live-entries.ts';

export type FollowOptions = {
  /** The last entry that is known already. */
  after: string;
  /** In the order of the stream, each entry once. */
  onEntries: (entries: readonly LiveEntry[]) => void;
  /** Entries were removed before they were read: it goes on after them. */
  onGap: () => void;
};

const blockMs = 5_000;
const entriesAtOnce = 100;

/** Whether id `a` is after id `b`. */
function isAfter(a: string, b: string): boolean {
  const [aMs = 0, aN = 0] = a.split('-').map(Number);
  const [bMs = 0, bN = 0] = b.split('-').map(Number);
  return aMs > bMs || (aMs === bMs && aN > bN);
}

/** Reads one shard by blocking reads on a connection of its own: an entry is handed over as soon as it is appended. */
export function followShard(
  options: {
    shard: number;
    connectReader: (name: string) => Promise<StreamConnection>;
    read: (shard: number, place: { after: string; count: number }) => Promise<LivePage>;
    clock: Clock;
    log: Log;
  },
  { after, onEntries, onGap }: FollowOptions,
): AsyncDisposable {
  const { shard, connectReader, read, clock, log } = options;
  const key = keys.live(shard);
  let at = after;
  let connection: StreamConnection | undefined;

  const connect = async (signal: AbortSignal): Promise<StreamConnection> => {
    if (connection !== undefined) return connection;
    const opened = await connectReader(`live-${shard}`);
    // The end of the loop must not wait for a read that blocks.
    if (signal.aborted) disconnect(opened);
    else signal.addEventListener('abort', () => disconnect(opened), { once: true });
    connection = opened;
    return opened;
  };

  const turn = async (signal: AbortSignal): Promise<number> => {
    const reader = await connect(signal);
    const reply = await readBlocking(reader, () =>
      reader.xread('COUNT', entriesAtOnce, 'BLOCK', blockMs, 'STREAMS', key, at),
    );
    const raw = (reply?.[0]?.[1] ?? []) as RawEntry[];
    const entries = raw.map(toLiveEntry);
    const last = entries.at(-1);
    if (last === undefined || signal.aborted) return 0;
    // Only who is behind can have been overtaken by the bound of the stream.
    if (entries.length === entriesAtOnce && isAfter((await read(shard, { after: last.id, count: 1 })).kept, at))
      onGap();
    at = last.id;
    onEntries(entries);
    return 0;
  };

  return startLoop({ name: `live-${shard}`, turn, everyMs: 0, maxBackoffMs: 1_000, clock, log });
}
