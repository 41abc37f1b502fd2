import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Telltale keeps what belongs to this user on this machine; undefined for a user without a home. */
export function stateFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const state = env['XDG_STATE_HOME'] || (env['HOME'] && join(env['HOME'], '.local/state'));
  return state ? join(state, 'telltale') : undefined;
}

/** Where the runs of this user keep what is not known to be stored. */
export const spoolFolder = (env: Readonly<Record<string, string | undefined>>): string =>
  join(stateFolder(env) ?? join(tmpdir(), `telltale-${process.geteuid?.() ?? 0}`), 'spool');

/** Where it is written down what a team held its runs to last. */
export function termsFolder(env: Readonly<Record<string, string | undefined>>, url: string, team: string): string {
  const whose = createHash('sha256').update(`${url}\n${team}`).digest('hex').slice(0, 32);
  return join(spoolFolder(env), '..', 'terms', whose);
}
