import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { withClientFlags, type ClientFlags } from './client-flags.ts';

/** `telltale doctor`. */
export function addDoctorCommand(program: Command, context: Context): void {
  withClientFlags(program.command('doctor'))
    .description('Look whether everything is well, and say what to do where it is not (exit code 1 then).')
    .action(async (flags: ClientFlags) => {
      const { doctor } = await import('../doctor/doctor.ts');
      await doctor(flags, context);
    });
}
