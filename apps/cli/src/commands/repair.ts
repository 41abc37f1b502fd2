import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { RepairFlags } from '../repair/repair.ts';
import { withClientFlags, type ClientFlags } from './client-flags.ts';
import { parseTime } from './query-flags.ts';

/** `telltale repair`. */
export function addRepairCommand(program: Command, context: Context): void {
  withClientFlags(program.command('repair'))
    .description('Make the totals of a time anew from its records, and say how many rows were wrong.')
    .requiredOption('--from <time>', 'since then, in UTC: 2026-01-31 or 2026-01-31T14:00', parseTime)
    .option('--to <time>', 'before then (default: now)', parseTime)
    .option('--no-wait', 'do not wait for the end')
    .action(async (flags: ClientFlags & RepairFlags) => {
      const { repair } = await import('../repair/repair.ts');
      await repair(flags, context);
    });
}
