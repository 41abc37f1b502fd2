import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Telltale keeps what belongs to this user on this machine; undefined for a user without a home. */
export function userStateFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const state = env['XDG_STATE_HOME'] || (env['HOME'] && join(env['HOME'], '.local/state'));
  return state ? join(state, 'telltale') : undefined;
}

/** The same, and for a user without a home a folder of its own among the temporary ones. */
export const stateFolder = (env: Readonly<Record<string, string | undefined>>): string =>
  userStateFolder(env) ?? join(tmpdir(), `telltale-${process.geteuid?.() ?? 0}`);
