import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { formatFields } from '../fields.ts';
import { openApiOfTeam } from '../known-team.ts';
import { formatTime } from '../views/words.ts';

/** `telltale team show` */
export async function showTeam(flags: ClientFlags, context: Context): Promise<void> {
  const team = await (await openApiOfTeam(flags, context)).team();
  if (flags.json === true) {
    context.out(`${JSON.stringify(team)}\n`);
    return;
  }
  const fields = [
    ['Team', team.team_id],
    ['Label names', team.label_names.length === 0 ? 'none' : team.label_names.join(', ')],
    ['Time zone', team.time_zone],
    ['Made', formatTime(team.created_at)],
  ] as const;
  context.out(formatFields(fields, context.page(flags)));
}
