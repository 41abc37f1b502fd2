/**
 * Stands for the team of a key where it is not known: a spool is replayed only for the same team, and two such keys never
 * share one.
 */
export const teamOfKey = (key: string): string => `key ${/^tt_([0-9A-Za-z]+)_/.exec(key)?.[1] ?? 'unknown'}`;
