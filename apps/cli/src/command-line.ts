import { Command, CommanderError } from 'commander';
import { processEnvironment } from '@telltale/runtime/config';
import { addAttachCommands } from './commands/attach.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addBudgetsCommands } from './commands/budgets.ts';
import { addDeadLetterCommands } from './commands/dead-letters.ts';
import { addDeployCommands } from './commands/deploy.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addHooksCommands } from './commands/hooks.ts';
import { addImportCommand } from './commands/import.ts';
import { addKeysCommands } from './commands/keys.ts';
import { addLinkCommand } from './commands/link.ts';
import { addListCommands } from './commands/lists.ts';
import { addMcpCommand } from './commands/mcp.ts';
import { addMetricsCommands } from './commands/metrics.ts';
import { addPricesCommands } from './commands/prices.ts';
import { addRepairCommand } from './commands/repair.ts';
import { addRunCommand } from './commands/run.ts';
import { addRunnerCommands } from './commands/runners.ts';
import { addTeamWork } from './commands/tasks.ts';
import { addTeamCommands } from './commands/team.ts';
import { addTopCommand } from './commands/top.ts';
import { addUpCommand } from './commands/up.ts';
import type { Context } from './context.ts';
import { describeFailure } from './failure.ts';
import { productVersion } from './product.ts';
import { pageOf } from './terminal/page.ts';
import { standardStream } from './terminal/standard-stream.ts';

/** The streams and the environment of this process. */
function processContext(): Context {
  const env = processEnvironment();
  return {
    env,
    page: (flags) => pageOf(process.stdout, env, flags),
    out: (text) => void standardStream('stdout').write(text),
    say: (line) => void standardStream('stderr').write(`telltale: ${line}\n`),
    exitCode: 0,
  };
}

/** Parses the arguments, runs the command and resolves to the exit code: 2 for a usage error, 1 for any other failure. */
export async function runCommandLine(args: readonly string[], context = processContext()): Promise<number> {
  try {
    await createProgram(context).parseAsync([...args], { from: 'user' });
    return context.exitCode;
  } catch (error) {
    // Commander has already said what is wrong; its own exit code for that is 1, which means a failed query here.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { lines, exitCode } = describeFailure(error);
    for (const line of lines) context.say(line);
    return exitCode;
  }
}

function createProgram(context: Context): Command {
  const program = new Command('telltale')
    .description('Runs and watches fleets of AI agents.')
    .version(productVersion())
    .enablePositionalOptions()
    .showHelpAfterError('(options stand after their command; telltale --help says what there is)')
    .configureOutput({
      writeOut: (text) => void standardStream('stdout').write(text),
      writeErr: (text) => void standardStream('stderr').write(text),
    })
    .exitOverride();
  addUpCommand(program, context);
  addRunCommand(program, context);
  addRunnerCommands(program, context);
  addAttachCommands(program, context);
  addTopCommand(program, context);
  addMetricsCommands(program, context);
  addListCommands(program, context);
  addTeamWork(program, context);
  addBudgetsCommands(program, context);
  addPricesCommands(program, context);
  addRepairCommand(program, context);
  addTeamCommands(program, context);
  addKeysCommands(program, context);
  addDeadLetterCommands(program, context);
  addHooksCommands(program, context);
  addImportCommand(program, context);
  addMcpCommand(program, context);
  addDoctorCommand(program, context);
  addBackupCommands(program, context);
  addLinkCommand(program, context);
  addDeployCommands(program, context);
  return program;
}
