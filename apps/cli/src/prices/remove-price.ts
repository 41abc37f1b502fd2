import { z } from 'zod';
import type { OwnerFlags } from '../commands/prices.ts';
import type { Context } from '../context.ts';
import { askGateway } from '../http-client.ts';
import { findTarget } from '../instance/find-instance.ts';
import { ownerQuery } from './change-prices.ts';

/** Removes a price by its id. */
export async function removePrice(id: string, flags: OwnerFlags, context: Context): Promise<void> {
  const path = `/prices/${encodeURIComponent(id)}${ownerQuery(flags, context)}`;
  await askGateway(findTarget(flags, context.env), { method: 'DELETE', path }, z.unknown());
  if (flags.json === true) context.out(`${JSON.stringify({ id, removed: true })}\n`);
  else if (flags.quiet !== true) context.say(`price ${id} is removed`);
}
