import { type Command, Option } from 'commander';
import { presetVariable } from '@telltale/runtime/config';
import type { Context } from '../context.ts';
import { topSorts } from '../top/sort-agents.ts';
import type { TopFlags } from '../top/top.ts';
import { withClientFlags } from './client-flags.ts';

const help = `
Keys:
  j k, arrows, page up and down   choose an agent
  c m t $ a s n                   sort by CPU, memory, tokens, cost, activity, state or name; again: the other way
  < >                             sort by the column before or after
  /                               find agents by a part of id, host or state; Esc shows all
  x                               stop what runs for the chosen agent, after a question
  q, Ctrl-C                       quit`;

/** `telltale top` */
export function addTopCommand(program: Command, context: Context): void {
  withClientFlags(
    program.command('top').description('The fleet in this terminal: live, sorted, and stopped from there.'),
  )
    .addOption(new Option('--sort <column>', 'what to sort by').choices(topSorts).default(topSorts[0]))
    .addHelpText('after', help)
    .action(async (flags: TopFlags) => {
      // React's other build measures every render and keeps what it measured: a screen that stays open would grow.
      presetVariable('NODE_ENV', 'production');
      const { top } = await import('../top/top.ts');
      await top(flags, context);
    });
}
