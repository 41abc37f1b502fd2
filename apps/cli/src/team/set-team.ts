import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApi } from '../open-api.ts';

/** `telltale team set` */
export async function setTeam(flags: ClientFlags & { labelNames: string[] }, context: Context): Promise<void> {
  const team = await openApi(flags, context).setTeam({ label_names: flags.labelNames });
  if (flags.json === true) {
    context.out(`${JSON.stringify(team)}\n`);
    return;
  }
  if (flags.quiet === true) return;
  const names = team.label_names.join(', ');
  context.say(`totals of team ${team.team_id} can be filtered by ${names === '' ? 'no label' : `the labels ${names}`}`);
  context.say('what is stored already follows with `telltale repair`, as far back as records are kept');
}
