import { randomBytes } from 'node:crypto';
import type { StreamConnection } from './connect.ts';
import { keys, liveShardOf } from './keys.ts';
import { runScript, script } from './run-script.ts';
import { toStreamError } from './stream-error.ts';

/** A team that nobody registered again for so long has no viewers: its batches are not appended any more. */
const viewersTtlSeconds = 900;

/**
 * The oldest entry from which on a shard is complete (0-0: from its beginning). An emptied or trimmed stream is
 * recognised by having had more entries added than it holds.
 */
export const keptFunction = `
local function kept(stream)
  if redis.call('EXISTS', stream) == 0 then return '0-0', '0-0' end
  local info, value = redis.call('XINFO', 'STREAM', stream), {}
  for i = 1, #info, 2 do value[info[i]] = info[i + 1] end
  local last = value['last-generated-id']
  if value['entries-added'] == value['length'] then return last, '0-0' end
  local first = value['first-entry']
  return last, first and first[1] or last
end`;

/**
 * KEYS: viewers, shard. ARGV: a new word, ttl in seconds. The word is kept as long as the team has viewers without a
 * break; it is gone after FLUSHALL and when they stayed away: either way entries are missing, and it is another epoch.
 */
const watch = script(`${keptFunction}
redis.call('SET', KEYS[1], ARGV[1], 'NX')
redis.call('EXPIRE', KEYS[1], ARGV[2])
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local last, first = kept(KEYS[2])
return { run or 'unknown', redis.call('GET', KEYS[1]), last, first }
`);

/** The place a team's viewers are at: entries after `last` in this `epoch` are still to come. */
export type LiveWatch = {
  /** Redis's run_id with the word of the team's viewers. */
  epoch: string;
  last: string;
  /** Nothing at or after this entry was removed. */
  kept: string;
};

/**
 * Registers the team as viewed for the next 15 minutes, and takes the last id of its live shard, in one step: what is
 * committed before and not in the shard is in a snapshot read afterwards. `redis` is a connection of `connectWriter`.
 * Throws StreamUnavailableError while Redis does not answer or takes no writes.
 */
export async function watchTeam(redis: StreamConnection, teamId: string): Promise<LiveWatch> {
  const names = [keys.viewers(teamId), keys.live(liveShardOf(teamId))];
  const word = randomBytes(6).toString('base64url');
  const reply = await runScript(redis, watch, names, [word, viewersTtlSeconds]).catch((error: unknown) => {
    throw toStreamError(error);
  });
  const [run, viewers, last, kept] = reply as [run: string, viewers: string, last: string, kept: string];
  return { epoch: `${run.slice(0, 12)}.${viewers}`, last, kept };
}

/** Whether making something for the team's viewers is worth it; what appends asks again. */
export async function hasViewers(redis: StreamConnection, teamId: string): Promise<boolean> {
  return (await redis.exists(keys.viewers(teamId))) === 1;
}
