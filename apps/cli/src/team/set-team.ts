import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { openApi } from '../open-api.ts';

/** `telltale team set` */
export async function setTeam(
  flags: ClientFlags & { labelNames?: string[]; timeZone?: string },
  context: Context,
): Promise<void> {
  if (flags.labelNames === undefined && flags.timeZone === undefined)
    throw new CliError('say what to set: --label-names or --time-zone', { exitCode: 2 });
  const team = await openApi(flags, context).setTeam({ label_names: flags.labelNames, time_zone: flags.timeZone });
  if (flags.json === true) {
    context.out(`${JSON.stringify(team)}\n`);
    return;
  }
  if (flags.quiet === true) return;
  if (flags.timeZone !== undefined)
    context.say(`hours, days and months of team ${team.team_id}'s budgets begin by the clocks of ${team.time_zone}`);
  if (flags.labelNames === undefined) return;
  const names = team.label_names.join(', ');
  context.say(`totals of team ${team.team_id} can be filtered by ${names === '' ? 'no label' : `the labels ${names}`}`);
  context.say(
    'totals by a new label begin two hours ago; `telltale repair --from … --to …` makes those of an earlier time anew',
  );
}
