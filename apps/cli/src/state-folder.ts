import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { stateFolder } from '@telltale/runtime/state-folder';

/** Where the runs of this user keep what is not known to be stored. */
export const spoolFolder = (env: Readonly<Record<string, string | undefined>>): string =>
  join(stateFolder(env), 'spool');

/** Where it is written down what a team held its runs to last. */
export function termsFolder(env: Readonly<Record<string, string | undefined>>, url: string, team: string): string {
  const whose = createHash('sha256').update(`${url}\n${team}`).digest('hex').slice(0, 32);
  return join(spoolFolder(env), '..', 'terms', whose);
}
