import { sql, type RawBuilder } from 'kysely';

/**
 * The calls of a team where a range of time is asked for: says the key of the index by team and time, too, which nobody
 * else says, so that it is never taken where one call is looked up.
 */
export const inTimeOf = (teamId: string): RawBuilder<unknown> =>
  sql`calls.team_id = ${teamId} and key_of(calls.team_id, calls.team_id) = key_of(${teamId}, ${teamId})`;
