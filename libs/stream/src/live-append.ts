import type { LiveDelta } from '@telltale/contracts/live-entry';
import type { StreamConnection } from './connect.ts';
import { keys, liveShardOf } from './keys.ts';
import { evenWhenFull, runScript, script } from './run-script.ts';

/** Fields of an entry of a live shard. */
export const liveFields = { team: 't', batch: 'b', delta: 'd' } as const;

/** A batch redelivered within this time is not shown twice. */
const sentMs = 10 * 60_000;
/** Bounds of one live shard: a client that was away for longer gets a fresh snapshot. */
const maxEntries = 50_000;
const maxBytes = 32 * 1024 * 1024;

/**
 * KEYS: shard, viewers, sent. ARGV: team, batch, sent ms ('0': never skipped), max entries, max bytes, delta…
 * The viewers are read here, in the script that appends, so that a viewer who came before it misses nothing.
 */
const append = script(`${evenWhenFull}if redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
if ARGV[3] ~= '0' and not redis.call('SET', KEYS[3], '1', 'NX', 'PX', ARGV[3]) then return 0 end
for i = 6, #ARGV do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', 't', ARGV[1], 'b', ARGV[2], 'd', ARGV[i])
end
if redis.call('MEMORY', 'USAGE', KEYS[1]) > tonumber(ARGV[5]) then
  redis.call('XTRIM', KEYS[1], 'MAXLEN', math.floor(redis.call('XLEN', KEYS[1]) * 0.75))
end
return #ARGV - 5
`);

export type LiveBatch = {
  teamId: string;
  /** `producer_id:seq`; a batch appended in the last 10 minutes is skipped. */
  batch: string;
  /** Made only when the team has viewers; each becomes one entry, so that entries stay small. */
  deltas: () => readonly LiveDelta[];
};

export type LiveAppender = {
  /** Appends what a batch brought, after its commit. Costs one round trip for all when nobody is watching. */
  appendBatches(batches: readonly LiveBatch[]): Promise<void>;
  /** Appends totals of a team; never skipped as a repetition. */
  appendTotals(teamId: string, delta: LiveDelta): Promise<void>;
};

/** `redis` is a connection of `connectWriter`. */
export function createLiveAppender(redis: StreamConnection): LiveAppender {
  const send = (teamId: string, batch: string, ms: number, deltas: readonly LiveDelta[]): Promise<unknown> => {
    const names = [keys.live(liveShardOf(teamId)), keys.viewers(teamId), keys.sent(teamId, batch)];
    const bodies = deltas.map((delta) => JSON.stringify(delta));
    return runScript(redis, append, names, [teamId, batch, ms, maxEntries, maxBytes, ...bodies]);
  };

  return {
    async appendBatches(batches) {
      const teams = [...new Set(batches.map(({ teamId }) => teamId))];
      // Asked after the commit, never remembered: a viewer who comes after this answer reads the rows in his snapshot.
      const answers = await Promise.all(
        teams.map(async (team) => [team, await redis.exists(keys.viewers(team))] as const),
      );
      const watched = new Set(answers.filter(([, exists]) => exists === 1).map(([team]) => team));
      const wanted = batches.filter(({ teamId }) => watched.has(teamId));
      await Promise.all(wanted.map(({ teamId, batch, deltas }) => send(teamId, batch, sentMs, deltas())));
    },
    async appendTotals(teamId, delta) {
      if ((await redis.exists(keys.viewers(teamId))) === 1) await send(teamId, 'totals', 0, [delta]);
    },
  };
}
