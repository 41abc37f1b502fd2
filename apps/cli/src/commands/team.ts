import { type Command, InvalidArgumentError } from 'commander';
import { setTeamBody } from '@telltale/contracts/http/team';
import type { Context } from '../context.ts';
import type { TeamLimitsFlags } from '../team/team-limits.ts';
import { withClientFlags, type ClientFlags } from './client-flags.ts';

/** `telltale team show|set|limits`. */
export function addTeamCommands(program: Command, context: Context): void {
  const team = program.command('team').description('See and set what holds for a team as a whole.');
  withClientFlags(team.command('show'))
    .description('Show what it has set.')
    .action(async (flags: ClientFlags) => {
      const { showTeam } = await import('../team/show-team.ts');
      await showTeam(flags, context);
    });
  withClientFlags(team.command('set'))
    .description('Set which labels its totals can be filtered by, or its time zone; needs a key with the scope admin.')
    .option(
      '--label-names <list>',
      'at most 8, with commas between; replaces the list, and an empty one ("") allows none',
      parseLabelNames,
    )
    .option('--time-zone <zone>', 'where the days of its budgets begin, such as Europe/Berlin')
    .action(async (flags: ClientFlags & { labelNames?: string[]; timeZone?: string }) => {
      const { setTeam } = await import('../team/set-team.ts');
      await setTeam(flags, context);
    });
  withClientFlags(team.command('limits'))
    .description('Show or set what runs are limited to that do not say it themselves.')
    .option('--agent <id>', 'of this agent; its limits go before those of the team')
    .option('--timeout <time>', 'wall time, such as 10m')
    .option('--idle-timeout <time>', 'time without output, call or git activity')
    .option('--max-cpu-seconds <n>', 'processor time of all processes')
    .option('--max-memory <size>', 'memory of all processes, such as 2GiB')
    .option('--max-processes <n>', 'processes')
    .option('--max-output <size>', 'stdout and stderr together')
    .option('--max-tokens <n>', 'tokens of its calls to models')
    .option('--max-usd <n>', 'money of its calls to models')
    .option('--max-idle-tokens <n>', 'tokens of calls while nothing comes of them')
    .option('--none', 'remove them all')
    .action(async (flags: TeamLimitsFlags) => {
      const { teamLimits } = await import('../team/team-limits.ts');
      await teamLimits(flags, context);
    });
}

function parseLabelNames(text: string): string[] {
  const names = text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  const parsed = setTeamBody.safeParse({ label_names: names });
  if (parsed.success) return names;
  const [issue] = parsed.error.issues;
  const which = names[Number(issue?.path[1])];
  throw new InvalidArgumentError(
    `${which ?? 'The list'} ${which === undefined ? '' : 'is no label: '}${issue?.message}.`,
  );
}
