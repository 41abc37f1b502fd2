import { readFileSync } from 'node:fs';
import { createSignInLink, findKey, parseKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';

/** Long enough to be there when a person comes back with a coffee, in ms. */
const validMs = 3_600_000;

/** The address that signs a browser in once, as the operator whose key `keyFile` holds; the plain one without that key. */
export async function signInLink(options: {
  url: string;
  databaseUrl: string;
  keySecret: string;
  keyFile: string;
}): Promise<string> {
  const { url, databaseUrl, keySecret, keyFile } = options;
  const keyId = parseKey(readFileSync(keyFile, 'utf8').trim())?.keyId;
  await using database = createDatabase({ url: databaseUrl, max: 1, applicationName: 'telltale-up' });
  const key = keyId === undefined ? null : await findKey(database.kysely, keyId);
  if (key === null) return url;
  const now = new Date();
  const wanted = { teamId: key.teamId, keyId: key.keyId, expiresAt: new Date(now.getTime() + validMs), keySecret, now };
  // Behind the #: a browser sends it to nobody, so it stands in no log.
  return `${url}/sign-in#${await createSignInLink(database.kysely, wanted)}`;
}
