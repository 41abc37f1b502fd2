import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { RunFlags } from '../run/settings.ts';
import { withLimits } from './limit-options.ts';

/** `telltale run … -- CMD…`: runs a command as it runs without us, and watches it. */
export function addRunCommand(program: Command, context: Context): void {
  const run = program
    .command('run')
    .description('Run a command and watch it: processes, output, git, use of models.')
    .argument('<command...>', 'the command and its arguments, best after --')
    .option(
      '--agent <id>',
      "whose work it is (default: the command's name); again for each further agent in it",
      gather,
    )
    .option('--session <id>', 'the conversation it belongs to')
    .option('--task <id>', 'the task it works on')
    .option('--team <team>', 'the team (TELLTALE_TEAM)')
    .option('--sample-interval <time>', 'how often to look at the processes (TELLTALE_SAMPLE_INTERVAL, default 2s)')
    .option('--capture <mode>', 'metadata, redacted (default) or full (TELLTALE_CAPTURE)');
  withLimits(run)
    .option('--max-output <size>', 'end it when stdout and stderr together are longer')
    .option('--max-tokens <n>', 'hold its calls to models to this many tokens, input and output')
    .option('--max-usd <n>', 'hold its calls to models to this much money')
    .option('--max-idle-tokens <n>', 'end it when its calls used this many tokens and nothing came of it')
    .option('--keep-orphans', 'leave processes that outlive the command (default: end them)')
    .option('--proxy', 'lead its calls to models through a metering proxy (docs/proxy.md)')
    .option('--no-proxy', 'never do so (default: where the program does not tell of its calls by itself)')
    .option('--pty', 'capture what it prints in a terminal, through a pseudo-terminal (default: not captured there)')
    .option('--plain', "leave the command's own telemetry as it is")
    .option('--quiet', 'say nothing at the end')
    .option('--url <url>', 'the Telltale to tell (TELLTALE_URL; default: the one on this machine)')
    .option('--api-key-file <file>', 'file with the key (TELLTALE_API_KEY)')
    .option('--data-dir <folder>', 'tell the one of this data folder')
    .passThroughOptions()
    .action(async (command: string[], flags: RunFlags) => {
      const { run } = await import('../run/run.ts');
      context.exitCode = await run(command, flags, context);
    });
}

const gather = (one: string, before: string[] = []): string[] => [...before, one];
