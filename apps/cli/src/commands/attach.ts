import type { Command } from 'commander';
import type { AttachFlags } from '../runs/attach.ts';
import type { Context } from '../context.ts';
import { withLimits } from './limit-options.ts';

/** `telltale attach PID` and `telltale detach RUN`: watch what somebody else started on this host, and stop watching. */
export function addAttachCommands(program: Command, context: Context): void {
  const attach = program
    .command('attach <pid>')
    .description(
      'Watch a process that runs already: its processes, git in its folder, its end. Its output cannot be had.',
    )
    .requiredOption('--agent <id>', 'whose work it is')
    .option('--session <id>', 'the conversation it belongs to')
    .option('--task <id>', 'the task it works on')
    .option('--team <team>', 'the team (TELLTALE_TEAM)')
    .option('--capture <mode>', 'metadata, redacted (default) or full (TELLTALE_CAPTURE)');
  withLimits(attach)
    .option('--enforce', 'let limits, stop and pause act on it (default: it is only watched)')
    .option('--json', 'answer as JSON')
    .option('--quiet', 'say nothing but the id of the run')
    .option('--data-dir <folder>', 'of the Telltale or the runner on this host')
    .action(async (pid: string, flags: AttachFlags) => {
      const { attach } = await import('../runs/attach.ts');
      await attach(pid, flags, context);
    });
  program
    .command('detach <run>')
    .description('Stop watching a process that was attached; it goes on.')
    .option('--data-dir <folder>', 'of the Telltale or the runner on this host')
    .option('--quiet', 'say nothing')
    .action(async (run: string, flags: { dataDir?: string; quiet?: boolean }) => {
      const { detach } = await import('../runs/attach.ts');
      await detach(run, flags, context);
    });
}
