import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { StreamConnection } from './connect.ts';
import { followShard, type FollowOptions } from './live-follow.ts';
import { liveShardOf } from './keys.ts';
import { readLivePage, type LivePage } from './live-entries.ts';
import { watchTeam, type LiveWatch } from './viewers.ts';

/** The live shards as a gateway uses them. Ids are those of the stream, `<ms>-<n>`. */
export type LiveChannel = {
  shardOf(team: string): number;
  /** Registers the team as viewed and says where its shard is. */
  watch(team: string): Promise<LiveWatch>;
  /** At most `count` entries after `after`. */
  read(shard: number, options: { after: string; count: number }): Promise<LivePage>;
  /** Hands over entries as they come, over a connection of its own, until disposed. */
  follow(shard: number, options: FollowOptions): AsyncDisposable;
};

/**
 * `redis` is a connection of `connectWriter`; `connectReader` opens one for a blocking read, a new one for each shard
 * that is followed: a blocked connection answers nothing else.
 */
export function createLiveChannel(options: {
  redis: StreamConnection;
  connectReader: (name: string) => Promise<StreamConnection>;
  clock: Clock;
  log: Log;
}): LiveChannel {
  const { redis, connectReader, clock, log } = options;

  const read: LiveChannel['read'] = (shard, place) => readLivePage(redis, shard, place);
  return {
    shardOf: liveShardOf,
    watch: (team) => watchTeam(redis, team),
    read,
    follow: (shard, follow) => followShard({ shard, connectReader, read, clock, log }, follow),
  };
}
