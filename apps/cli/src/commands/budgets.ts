import { type Command, Option } from 'commander';
import { budgetPeriod, onUnknown, onUnreachable } from '@telltale/contracts/budgets/budget-rule';
import type { SetBudgetFlags } from '../budgets/set-budget.ts';
import type { Context } from '../context.ts';
import { withClientFlags, type ClientFlags } from './client-flags.ts';

/** `telltale budgets list|set|remove`. */
export function addBudgetsCommands(program: Command, context: Context): void {
  const budgets = program.command('budgets').description('See and set what agents may spend.');
  withClientFlags(budgets.command('list'))
    .description('List the budgets of the team and what is left of them.')
    .action(async (flags: ClientFlags) => {
      const { listBudgets } = await import('../budgets/list-budgets.ts');
      await listBudgets(flags, context);
    });
  withClientFlags(budgets.command('set'))
    .description('Set a budget, of the whole team unless told otherwise; one for the same thing is replaced.')
    .option('--agent <id>', 'of this agent')
    .option('--session <id>', 'of this session')
    .option('--task <id>', 'of this task')
    .option('--run <id>', 'of this run')
    .addOption(new Option('--each <what>', 'of each by itself').choices(['agent', 'session', 'task', 'run']))
    .addOption(
      new Option('--period <period>', "how long it is for; hours, days and months are those of the team's time zone")
        .choices(budgetPeriod.options)
        .makeOptionMandatory(),
    )
    .option('--usd <n>', 'how much money, such as 5 or 0.25')
    .option('--tokens <n>', 'how many tokens, input and output')
    .option('--soft', 'only say when it is spent (default: refuse calls that do not fit)')
    .option('--warn-at <part>', 'warn from this part of it on, such as 0.8 (default)')
    .addOption(new Option('--on-unknown <what>', 'a call without a known price').choices(onUnknown.options))
    .addOption(
      new Option('--on-unreachable <what>', 'a call that needs more while no server answers').choices(
        onUnreachable.options,
      ),
    )
    .option('--name <name>', 'what it is called')
    .action(async (flags: ClientFlags & SetBudgetFlags) => {
      const { setBudget } = await import('../budgets/set-budget.ts');
      await setBudget(flags, context);
    });
  withClientFlags(budgets.command('remove <id>'))
    .description('Remove a budget.')
    .action(async (id: string, flags: ClientFlags) => {
      const { removeBudget } = await import('../budgets/remove-budget.ts');
      await removeBudget(id, flags, context);
    });
}
