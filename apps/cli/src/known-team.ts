import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import type { ClientFlags } from './commands/client-flags.ts';
import type { Context } from './context.ts';
import { CliError } from './failure.ts';
import { openApi, teamNamed } from './open-api.ts';

/**
 * The zeros of a team that nothing is known of would read as nothing spent, and what is set for it would hold for nobody:
 * its name is a slip of the hand.
 */
export async function refuseUnknownTeam(flags: ClientFlags, context: Context): Promise<void> {
  const team = teamNamed(flags, context);
  if (team === undefined) return;
  // A key that may not ask has its answer all the same.
  const { known } = await openApi(flags, context)
    .team()
    .catch(() => ({ known: true }));
  if (known) return;
  throw new CliError(
    `nothing is known of a team called ${team}: nobody made it and nothing was stored for it; look at --team and TELLTALE_TEAM, or make it with \`telltale team set\` or \`telltale keys create\``,
  );
}

/** The gateway to change something of a team with, once something is known of that team, or of every team with `instance`. */
export async function openApiOfTeam(
  flags: ClientFlags & { instance?: boolean },
  context: Context,
): Promise<TelltaleApi> {
  if (flags.instance !== true) await refuseUnknownTeam(flags, context);
  return openApi(flags, context);
}
