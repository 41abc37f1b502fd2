import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';

/** Ends a runner and its key. */
export async function revokeRunner(id: string, flags: ClientFlags, context: Context): Promise<void> {
  await (await openApiOfTeam(flags, context)).revokeRunner(id);
  if (flags.json === true) context.out(`${JSON.stringify({ runner_id: id, revoked: true })}\n`);
  else if (flags.quiet !== true) context.say(`runner ${id} is revoked`);
}
