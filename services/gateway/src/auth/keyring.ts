import { TelltaleError } from '@telltale/contracts/errors';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { parseKey, secretMatches, type StoredKey } from '@telltale/store/config';
import type { Access } from './access.ts';
import { createRowMemory } from './row-memory.ts';

export type KeyringOptions = {
  findKey: (keyId: string) => Promise<StoredKey | null>;
  /** The pepper of key hashes. */
  keySecret: string;
  clock: Clock;
  log: Log;
  /** How long a row is believed without asking again: the longest a revoked key goes on working is this. */
  believeMs?: number;
  maxKeys?: number;
};

const refuse = (): never => {
  throw new TelltaleError(
    'unauthenticated',
    'the key is unknown, expired or revoked; `telltale keys create` makes one',
  );
};

/** Whether a key may be used at this time, in ms since 1970. */
export const holds = (key: Pick<StoredKey, 'revokedAt' | 'expiresAt'>, now: number): boolean =>
  key.revokedAt === null && (key.expiresAt === null || key.expiresAt.getTime() > now);

export const accessOf = (key: StoredKey): Access => ({
  keyId: key.keyId,
  teamId: key.teamId,
  scopes: new Set(key.scopes),
  principal: key.principal,
});

/** Checks keys against the store, asking at most once in `believeMs` per key; an unknown one is refused with 503 while it is away. */
export function createKeyring(options: KeyringOptions): (text: string) => Promise<Access> {
  const { findKey, keySecret, clock, log, believeMs = 15_000, maxKeys = 10_000 } = options;
  const rows = createRowMemory({ find: findKey, clock, log, believeMs, maxRows: maxKeys });

  return async (text) => {
    const parsed = parseKey(text);
    if (parsed === null) return refuse();
    const key = await rows.look(parsed.keyId);
    if (!secretMatches(keySecret, parsed.secret, key?.secretHash ?? null) || key === null) return refuse();
    return holds(key, clock.now()) ? accessOf(key) : refuse();
  };
}
