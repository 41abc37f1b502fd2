import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApi } from '../open-api.ts';

/** Revokes a key by its id. Gateways believe what they know of a key for up to 15 s. */
export async function revokeKey(id: string, flags: ClientFlags, context: Context): Promise<void> {
  await openApi(flags, context).revokeKey(id);
  if (flags.json) context.out(`${JSON.stringify({ id, revoked: true })}\n`);
  else if (!flags.quiet) context.say(`key ${id} is revoked`);
}
