import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { DrainFlags } from '../runners/drain.ts';
import type { EnrollFlags } from '../runners/enroll.ts';
import type { InstallFlags } from '../runners/install.ts';
import { withClientFlags, type ClientFlags } from './client-flags.ts';

/** `telltale runners enroll|list|revoke`, on the side of the gateway, and `telltale runner install|drain` on the host itself. */
export function addRunnerCommands(program: Command, context: Context): void {
  addRunners(program.command('runners').description('Hosts that run work for a team.'), context);
  addRunner(program.command('runner').description('This host as a runner.'), context);
}

function addRunners(runners: Command, context: Context): void {
  withClientFlags(runners.command('enroll'))
    .description(
      'Make a one-time token with which a host becomes a runner of the team; needs a key with the scope admin.',
    )
    .option('--name <name>', "what people call the runner (default: its host's name)")
    .option('--ttl <time>', 'how long the token can be used (default 15m)')
    .action(async (flags: EnrollFlags) => {
      const { enrollRunner } = await import('../runners/enroll.ts');
      await enrollRunner(flags, context);
    });
  withClientFlags(runners.command('list'))
    .description('List runners: which host, how many runs, since when nothing was heard of it.')
    .action(async (flags: ClientFlags) => {
      const { listRunners } = await import('../runners/list.ts');
      await listRunners(flags, context);
    });
  withClientFlags(runners.command('revoke <id>'))
    .description('End a runner and its key; every gateway refuses it within 15 s. Its runs go on and are not heard of.')
    .action(async (id: string, flags: ClientFlags) => {
      const { revokeRunner } = await import('../runners/revoke.ts');
      await revokeRunner(id, flags, context);
    });
}

function addRunner(runner: Command, context: Context): void {
  runner
    .command('install')
    .description('Make this host a runner: trade a token for a key, install a systemd unit, and see that all is well.')
    .requiredOption('--url <url>', 'the gateway')
    .requiredOption('--token <token>', 'from `telltale runners enroll`')
    .option(
      '--data-dir <folder>',
      'where key and spool lie (default: /var/lib/telltale-runner, or in your state folder)',
    )
    .option('--print', 'print the unit instead of installing it')
    .option('--insecure-http', 'allow a gateway without TLS that is not on this machine')
    .action(async (flags: InstallFlags) => {
      const { installRunner } = await import('../runners/install.ts');
      await installRunner(flags, context);
    });
  runner
    .command('drain')
    .description('Start nothing on this host any more and wait until nothing runs, for a planned stop.')
    .option('--data-dir <folder>', 'of the runner or of the Telltale on this machine')
    .option('--timeout <time>', 'how long to wait for runs to end (default: as long as it takes)')
    .option('--stop', 'end what runs, by the ladder')
    .option('--undo', 'take work again')
    .option('--quiet', 'say nothing')
    .action(async (flags: DrainFlags) => {
      const { drainRunner } = await import('../runners/drain.ts');
      await drainRunner(flags, context);
    });
}
