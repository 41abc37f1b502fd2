import type { OwnerFlags } from '../commands/prices.ts';
import type { Context } from '../context.ts';
import { openApi } from '../open-api.ts';

/** Removes a price by its id. */
export async function removePrice(id: string, flags: OwnerFlags, context: Context): Promise<void> {
  await openApi(flags, context).removePrice(id, { instance: flags.instance === true });
  if (flags.json === true) context.out(`${JSON.stringify({ id, removed: true })}\n`);
  else if (flags.quiet !== true) context.say(`price ${id} is removed`);
}
