import type { OwnerFlags } from '../commands/prices.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';

/** Removes a price by its id. */
export async function removePrice(id: string, flags: OwnerFlags, context: Context): Promise<void> {
  const instance = flags.instance === true;
  const api = await openApiOfTeam(flags, context);
  await api.removePrice(id, { instance });
  if (flags.json === true) context.out(`${JSON.stringify({ id, removed: true })}\n`);
  else if (flags.quiet !== true) context.say(`price ${id} is removed`);
}
