import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';

/** Removes a budget by its id. */
export async function removeBudget(id: string, flags: ClientFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  await api.removeBudget(id);
  if (flags.json === true) context.out(`${JSON.stringify({ budget_id: id, removed: true })}\n`);
  else if (flags.quiet !== true) context.say(`budget ${id} is removed; it holds nothing from now on`);
}
