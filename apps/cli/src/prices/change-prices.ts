import type { OverridesInput } from '@telltale/contracts/price-rows';
import type { OwnerFlags } from '../commands/prices.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';

/** Sends rows in the form of an overrides file and says how many were set. */
export async function changePrices(body: OverridesInput, flags: OwnerFlags, context: Context): Promise<void> {
  const instance = flags.instance === true;
  const api = await openApiOfTeam(flags, context);
  const answer = await api.setPrices(body, { instance });
  if (flags.json === true) context.out(`${JSON.stringify(answer)}\n`);
  else if (flags.quiet !== true) {
    const count = answer.ids.length;
    context.say(`${count} ${count === 1 ? 'price is' : 'prices are'} set; new calls cost it within 10 s`);
    const twice = body.prices.length - count;
    if (twice > 0) {
      const rows = twice === 1 ? '1 row is' : `${twice} rows are`;
      context.say(`${rows} about the same model, seller and start as one further down, which holds`);
    }
    if (body.default_price !== undefined) {
      const what = body.default_price === null ? 'stay unknown' : 'are estimated at the default price';
      context.say(`calls that nobody prices ${what}`);
    }
    context.say('calls that are stored keep their price until `telltale prices reprice`');
  }
}
