import { setPricesAnswer } from '@telltale/contracts/http/prices';
import type { OverridesInput } from '@telltale/contracts/price-rows';
import type { OwnerFlags } from '../commands/prices.ts';
import type { Context } from '../context.ts';
import { askGateway } from '../http-client.ts';
import { findTarget } from '../instance/find-instance.ts';

/** The team or the instance as query parameters, ready to follow a path. */
export function ownerQuery(flags: OwnerFlags, context: Context): string {
  const team = flags.team ?? context.env['TELLTALE_TEAM'];
  const query = flags.instance === true ? { instance: 'true' } : team ? { team_id: team } : {};
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
}

/** Sends rows in the form of an overrides file and says how many were set. */
export async function changePrices(body: OverridesInput, flags: OwnerFlags, context: Context): Promise<void> {
  const path = `/prices${ownerQuery(flags, context)}`;
  const answer = await askGateway(findTarget(flags, context.env), { method: 'POST', path, body }, setPricesAnswer);
  if (flags.json === true) context.out(`${JSON.stringify(answer)}\n`);
  else if (flags.quiet !== true) {
    const count = answer.ids.length;
    context.say(`${count} ${count === 1 ? 'price is' : 'prices are'} set; new calls cost it within 10 s`);
    context.say('calls that are stored keep their price until `telltale prices reprice`');
  }
}
