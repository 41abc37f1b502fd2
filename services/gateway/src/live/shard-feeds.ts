import type { ResyncReason } from '@telltale/contracts/live';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { startLoop } from '@telltale/runtime/loop';
import type { LiveEntry } from '@telltale/stream/live-entries';
import type { LiveChannel } from '@telltale/stream/live-read';
import type { LiveWatch } from '@telltale/stream/viewers';
import { compareStreamIds, type StreamId } from './stream-id.ts';

/** How often each viewed team is registered again and its epoch looked at. */
const refreshMs = 3_000;

type Feed = {
  shard: number;
  /** How far the shard was taken in; null until the first watch answered. */
  position: StreamId | null;
  follower: AsyncDisposable | null;
  teams: Map<string, { leases: number; epoch: string | null }>;
};

/** A team that somebody hears: as long as it is held, its shard is read. */
export type TeamLease = {
  shard: number;
  watched: LiveWatch;
  position: () => StreamId;
  release: () => Promise<void>;
};

/**
 * Reads the live shards that have viewers here, and only those. A team whose entries may have a hole (another epoch,
 * entries trimmed before they were read) is reported by `onHole`, and its viewers have to subscribe again.
 */
export function createShardFeeds(options: {
  stream: LiveChannel;
  clock: Clock;
  log: Log;
  onEntries: (entries: readonly LiveEntry[]) => void;
  onHole: (team: string, reason: ResyncReason) => void;
}) {
  const { stream, clock, log, onEntries, onHole } = options;
  const feeds = new Map<number, Feed>();

  const feedOf = (shard: number): Feed => {
    let feed = feeds.get(shard);
    if (feed === undefined) {
      feed = { shard, position: null, follower: null, teams: new Map() };
      feeds.set(shard, feed);
    }
    return feed;
  };

  const follow = (feed: Feed, after: StreamId): void => {
    feed.position = after;
    feed.follower = stream.follow(feed.shard, {
      after,
      onEntries: (entries) => {
        feed.position = entries.at(-1)?.id ?? feed.position;
        onEntries(entries);
      },
      onGap: () => {
        for (const team of feed.teams.keys()) onHole(team, 'gap');
      },
    });
  };

  const stopFollowing = async (feed: Feed): Promise<void> => {
    const { follower } = feed;
    feed.follower = null;
    feed.position = null;
    await follower?.[Symbol.asyncDispose]();
  };

  /**
   * Registers the team and takes the answer into the feed. A new epoch makes a hole; a stream whose last entry lies
   * before what was read began anew, and is read anew.
   */
  const watch = async (feed: Feed, team: string): Promise<LiveWatch> => {
    const { position, follower } = feed;
    const watched = await stream.watch(team);
    const held = feed.teams.get(team);
    if (held === undefined) return watched;
    if (feed.follower === null) {
      follow(feed, watched.last);
    } else if (position !== null && feed.follower === follower && compareStreamIds(watched.last, position) < 0) {
      follow(feed, watched.last);
      await follower[Symbol.asyncDispose]();
    }
    const before = held.epoch;
    held.epoch = watched.epoch;
    if (before !== null && before !== watched.epoch) onHole(team, 'epoch');
    else if (position !== null && compareStreamIds(watched.kept, position) > 0) onHole(team, 'gap');
    return watched;
  };

  const refresher = startLoop({
    name: 'live-viewers',
    everyMs: refreshMs,
    maxBackoffMs: refreshMs,
    clock,
    log,
    turn: async () => {
      const all = [...feeds.values()].flatMap((feed) => [...feed.teams.keys()].map((team) => watch(feed, team)));
      await Promise.all(all);
    },
  });

  const release = async (feed: Feed, team: string): Promise<void> => {
    const held = feed.teams.get(team);
    if (held === undefined) return;
    held.leases -= 1;
    if (held.leases > 0) return;
    feed.teams.delete(team);
    if (feed.teams.size > 0) return;
    feeds.delete(feed.shard);
    await stopFollowing(feed);
  };

  return {
    /** Registers the team as viewed; from `watched.last` on, every entry is read. */
    async open(team: string): Promise<TeamLease> {
      const feed = feedOf(stream.shardOf(team));
      const held = feed.teams.get(team) ?? { leases: 0, epoch: null };
      held.leases += 1;
      feed.teams.set(team, held);
      try {
        const watched = await watch(feed, team);
        let open = true;
        return {
          shard: feed.shard,
          watched,
          position: () => feed.position ?? watched.last,
          release: async () => {
            if (!open) return;
            open = false;
            await release(feed, team);
          },
        };
      } catch (error) {
        await release(feed, team);
        throw error;
      }
    },

    epochOf(team: string): string {
      return feeds.get(stream.shardOf(team))?.teams.get(team)?.epoch ?? 'none';
    },
    positionOf(team: string): StreamId | null {
      return feeds.get(stream.shardOf(team))?.position ?? null;
    },

    async [Symbol.asyncDispose](): Promise<void> {
      await refresher[Symbol.asyncDispose]();
      const open = [...feeds.values()];
      feeds.clear();
      await Promise.all(open.map(stopFollowing));
    },
  };
}
export type ShardFeeds = ReturnType<typeof createShardFeeds>;
