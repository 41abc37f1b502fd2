import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createOperatorKey, findKey, parseKey, secretMatches } from '@telltale/store/config';
import { createDatabase, type Db } from '@telltale/store/database';

/**
 * Makes sure that `file` holds an operator's key that the database knows: the one it holds when that still works, else
 * a new one, for example because the database is another than last time.
 */
export async function ensureOperatorKey(options: {
  databaseUrl: string;
  keySecret: string;
  file: string;
  /** Who may read it; default its owner alone. */
  mode?: number;
}): Promise<void> {
  const { databaseUrl, keySecret, file, mode = 0o600 } = options;
  await using database = createDatabase({ url: databaseUrl, max: 1, applicationName: 'telltale-up' });
  const db = database.kysely;
  if (existsSync(file) && (await isKnown(db, keySecret, readFileSync(file, 'utf8').trim()))) return;
  const { key } = await createOperatorKey(db, { keySecret, name: 'operator' });
  writeFileSync(`${file}.new`, `${key}\n`, { mode });
  renameSync(`${file}.new`, file);
}

async function isKnown(db: Db, keySecret: string, text: string): Promise<boolean> {
  const key = parseKey(text);
  const stored = key && (await findKey(db, key.keyId));
  if (!key || !stored || stored.revokedAt !== null || stored.teamId !== '*') return false;
  return secretMatches(keySecret, key.secret, stored.secretHash);
}
