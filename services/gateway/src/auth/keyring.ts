import { TelltaleError } from '@telltale/contracts/errors';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import { parseKey, secretMatches, type StoredKey } from '@telltale/store/config';
import type { Access } from './access.ts';

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

type Known = { key: StoredKey; askedAt: number };

const refuse = (): never => {
  throw new TelltaleError(
    'unauthenticated',
    'the key is unknown, expired or revoked; `telltale keys create` makes one',
  );
};

/**
 * Checks keys against the store, asking at most once in `believeMs` per key. While the store does not answer, a row
 * that was seen goes on counting (fail open for known keys: nobody can revoke one then, and telemetry must not stop);
 * an unknown key is refused with 503.
 */
export function createKeyring({
  findKey,
  keySecret,
  clock,
  log,
  believeMs = 15_000,
  maxKeys = 10_000,
}: KeyringOptions): (text: string) => Promise<Access> {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<StoredKey | null>>();

  const ask = async (keyId: string): Promise<StoredKey | null> => {
    const key = await findKey(keyId);
    known.delete(keyId);
    if (key !== null) known.set(keyId, { key, askedAt: clock.monotonic() });
    const [oldest] = known.keys();
    if (known.size > maxKeys && oldest !== undefined) known.delete(oldest);
    return key;
  };

  const askOnce = (keyId: string): Promise<StoredKey | null> => {
    const running = asking.get(keyId) ?? ask(keyId).finally(() => asking.delete(keyId));
    asking.set(keyId, running);
    return running;
  };

  const look = async (keyId: string): Promise<StoredKey | null> => {
    const seen = known.get(keyId);
    if (seen !== undefined && clock.monotonic() - seen.askedAt < believeMs) return seen.key;
    try {
      return await askOnce(keyId);
    } catch (error) {
      if (seen === undefined) throw error;
      log.warn({ err: error, key_id: keyId }, 'the store does not answer; a key seen before goes on counting');
      return seen.key;
    }
  };

  return async (text) => {
    const parsed = parseKey(text);
    if (parsed === null) return refuse();
    const key = await look(parsed.keyId);
    if (!secretMatches(keySecret, parsed.secret, key?.secretHash ?? null) || key === null) return refuse();
    if (key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt.getTime() <= clock.now())) return refuse();
    return { keyId: key.keyId, teamId: key.teamId, scopes: new Set(key.scopes), principal: key.principal };
  };
}
