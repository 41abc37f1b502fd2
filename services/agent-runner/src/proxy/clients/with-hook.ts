import type { Environment } from '../../run/child-environment.ts';
import { claudeCalls } from './claude.ts';
import { clientOf } from './client-of.ts';
import { isOwnProgram } from './is-own-program.ts';

/**
 * The command of a client whose calls are left alone, with the hook by which its agent hears what the run has to tell it:
 * Claude Code's. Null for a client that has no such thing, or none that can be laid over its own settings.
 */
export function withHook({
  argv,
  cwd,
  env,
  settingsFile,
  hook,
}: {
  argv: readonly string[];
  cwd: string;
  env: Environment;
  settingsFile: string | null;
  hook: string;
}): readonly string[] | null {
  const client = clientOf(argv);
  if (client?.name !== 'claude' || settingsFile === null || !isOwnProgram(argv, { client: 'claude', cwd, env }))
    return null;
  const claude = claudeCalls(argv, { at: client.at, cwd, env });
  return claude.canLay ? claude.lay(settingsFile, { variables: {}, hook }) : null;
}
