import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { hookClients } from '../hooks/hook-files.ts';
import type { HooksFlags } from '../hooks/hooks.ts';
import { withClientFlags } from './client-flags.ts';

const withClient = (command: Command): Command =>
  withClientFlags(command).addOption(new Option('--only <client>', 'of one client').choices(hookClients));

/** `telltale hooks install|uninstall|doctor`. */
export function addHooksCommands(program: Command, context: Context): void {
  const hooks = program
    .command('hooks')
    .description('Have Claude Code and Codex that run outside of Telltale report each finished turn.');
  withClient(hooks.command('install'))
    .description('Put the hooks into their settings, once, and show what changes.')
    .option('--dry-run', 'only show it')
    .action(async (flags: HooksFlags) => {
      const { installHooks } = await import('../hooks/hooks.ts');
      await installHooks(flags, context);
    });
  withClient(hooks.command('uninstall'))
    .description('Take them out again; all else stays.')
    .option('--dry-run', 'only show it')
    .action(async (flags: HooksFlags) => {
      const { uninstallHooks } = await import('../hooks/hooks.ts');
      await uninstallHooks(flags, context);
    });
  withClient(hooks.command('doctor'))
    .description('Look whether they are there and how long a call holds up the agent (exit code 1 when too long).')
    .action(async (flags: HooksFlags) => {
      const { checkHooks } = await import('../hooks/hooks.ts');
      await checkHooks(flags, context);
    });
}
