import { claudeCalls } from '../proxy/clients/claude.ts';
import { clientOf } from '../proxy/clients/client-of.ts';
import { isOwnProgram } from '../proxy/clients/is-own-program.ts';
import type { Environment } from '../run/child-environment.ts';

export type SettingsOfClaude = {
  /** The environment with what Claude Code's own settings say instead of it. */
  seen: Environment;
  /** The command that has `variables` where the settings would say otherwise. */
  lay(argv: readonly string[], variables: Readonly<Record<string, string>>): readonly string[];
};

/** What the settings of Claude Code make of its environment, as far as they can be laid over; null for another program. */
export function settingsOfClaude(
  argv: readonly string[],
  { cwd, env, file }: { cwd: string; env: Environment; file: string | null },
): SettingsOfClaude | null {
  const client = clientOf(argv);
  if (client?.name !== 'claude' || file === null) return null;
  const calls = claudeCalls(argv, { at: client.at, cwd, env });
  if (!calls.canLay || calls.isHeld || !isOwnProgram(argv, { client: 'claude', cwd, env })) return null;
  return {
    seen: { ...env, ...calls.variables },
    lay(led, variables) {
      const held = Object.entries(variables).filter(([name]) => name in calls.variables);
      return held.length === 0 ? led : calls.lay(file, { variables: Object.fromEntries(held) });
    },
  };
}
